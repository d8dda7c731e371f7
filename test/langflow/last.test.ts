import { stopShared } from "./live.ts";

after("the shared Langflows end", stopShared);
