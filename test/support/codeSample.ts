/** A small program in several files, with one type error in src/app.ts. */
export const codeSample = {
  "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [], noEmit: true } }),
  "src/client.ts":
    "export class Client {\n  private calls = 0;\n  send(text: string): number {\n    const size = text.length * 2;\n    this.calls += 1;\n    return size + this.calls;\n  }\n}\n\nexport const limit = 10;\n",
  "src/index.ts": "export { Client, Client as Connection } from './client';\nexport * from './client';\n",
  "tools/report.py": "class Report:\n    def write(self): pass\n",
  "src/app.ts":
    "import { Client, limit } from './index';\n\nexport function run(client: Client): number {\n  const used = client.send('hello');\n  return used > limit ? used : limit;\n}\n\nexport const bad: string = run(new Client());\n",
};
