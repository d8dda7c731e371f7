// The tokens of o200k_base. In the bundle this module reads a file that esbuild.mjs makes of it.
import tokens from "gpt-tokenizer/bpeRanks/o200k_base";
import { packTokens } from "./packed.ts";

export default packTokens(tokens);
