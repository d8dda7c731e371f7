/** Language → file name endings, then whole file names. Names follow GitHub's Linguist. */
const table: Readonly<Record<string, { readonly ends?: string; readonly names?: string }>> = {
  TypeScript: { ends: "ts mts cts tsx" },
  JavaScript: { ends: "js mjs cjs jsx es6", names: "Jakefile" },
  Python: { ends: "py pyi pyw pyx", names: "SConstruct SConscript wscript" },
  Go: { ends: "go" },
  Rust: { ends: "rs" },
  Java: { ends: "java" },
  Kotlin: { ends: "kt kts" },
  Scala: { ends: "scala sc sbt" },
  Groovy: { ends: "groovy gradle gvy", names: "Jenkinsfile" },
  Clojure: { ends: "clj cljs cljc edn" },
  "C#": { ends: "cs csx" },
  "F#": { ends: "fs fsi fsx" },
  "Visual Basic": { ends: "vb vbs bas" },
  C: { ends: "c h" },
  "C++": { ends: "cpp cc cxx c++ hpp hh hxx h++ ipp tpp ino" },
  "Objective-C": { ends: "m mm" },
  CUDA: { ends: "cu cuh" },
  Swift: { ends: "swift" },
  Dart: { ends: "dart" },
  Ruby: { ends: "rb rake gemspec ru", names: "Gemfile Rakefile Vagrantfile Podfile Fastfile Brewfile" },
  PHP: { ends: "php phtml php5 php7" },
  Perl: { ends: "pl pm t" },
  Raku: { ends: "raku rakumod" },
  Lua: { ends: "lua" },
  R: { ends: "r rmd" },
  Julia: { ends: "jl" },
  Haskell: { ends: "hs lhs" },
  OCaml: { ends: "ml mli" },
  Elm: { ends: "elm" },
  Elixir: { ends: "ex exs heex eex" },
  Erlang: { ends: "erl hrl", names: "rebar.config" },
  Gleam: { ends: "gleam" },
  Zig: { ends: "zig zon" },
  Nim: { ends: "nim nims" },
  Crystal: { ends: "cr" },
  D: { ends: "d" },
  V: { ends: "vv" },
  Odin: { ends: "odin" },
  Fortran: { ends: "f f90 f95 f03 for" },
  COBOL: { ends: "cob cbl cpy" },
  Pascal: { ends: "pas dpr lpr" },
  Ada: { ends: "adb ads" },
  Lisp: { ends: "lisp lsp" },
  Scheme: { ends: "scm ss" },
  Racket: { ends: "rkt" },
  "Emacs Lisp": { ends: "el" },
  "Vim Script": { ends: "vim", names: ".vimrc" },
  Prolog: { ends: "pro" },
  Assembly: { ends: "s asm" },
  WebAssembly: { ends: "wat wast" },
  Verilog: { ends: "v sv svh" },
  VHDL: { ends: "vhd vhdl" },
  Solidity: { ends: "sol" },
  Move: { ends: "move" },
  Shell: { ends: "sh bash zsh ksh fish", names: ".bashrc .zshrc .profile" },
  PowerShell: { ends: "ps1 psm1 psd1" },
  Batch: { ends: "bat cmd" },
  Awk: { ends: "awk" },
  Makefile: { ends: "mk mak", names: "Makefile GNUmakefile makefile" },
  CMake: { ends: "cmake", names: "CMakeLists.txt" },
  Dockerfile: { ends: "dockerfile", names: "Dockerfile Containerfile" },
  Starlark: { ends: "bzl star", names: "BUILD BUILD.bazel WORKSPACE" },
  Nix: { ends: "nix" },
  HCL: { ends: "tf tfvars hcl" },
  Bicep: { ends: "bicep" },
  Just: { names: "justfile Justfile" },
  SQL: { ends: "sql ddl" },
  GraphQL: { ends: "graphql gql" },
  "Protocol Buffer": { ends: "proto" },
  Thrift: { ends: "thrift" },
  Prisma: { ends: "prisma" },
  CSS: { ends: "css" },
  SCSS: { ends: "scss" },
  Sass: { ends: "sass" },
  Less: { ends: "less" },
  Stylus: { ends: "styl" },
  HTML: { ends: "html htm xhtml" },
  Vue: { ends: "vue" },
  Svelte: { ends: "svelte" },
  Astro: { ends: "astro" },
  Handlebars: { ends: "hbs handlebars mustache" },
  EJS: { ends: "ejs" },
  Pug: { ends: "pug jade" },
  Jinja: { ends: "j2 jinja jinja2" },
  Liquid: { ends: "liquid" },
  Twig: { ends: "twig" },
  Razor: { ends: "cshtml razor" },
  ERB: { ends: "erb" },
  JSON: { ends: "json jsonc json5 geojson webmanifest map har ipynb", names: ".prettierrc .eslintrc .babelrc .swcrc" },
  "JSON Lines": { ends: "jsonl ndjson" },
  YAML: { ends: "yaml yml", names: ".clang-format .clang-tidy" },
  TOML: { ends: "toml", names: "Cargo.lock poetry.lock uv.lock Pipfile" },
  INI: { ends: "ini cfg conf properties editorconfig", names: ".editorconfig .npmrc .gitconfig .flake8" },
  XML: { ends: "xml xsd xsl xslt wsdl plist csproj vbproj fsproj props targets resx xaml storyboard xib pom" },
  SVG: { ends: "svg" },
  CSV: { ends: "csv tsv" },
  Markdown: { ends: "md markdown" },
  MDX: { ends: "mdx" },
  reStructuredText: { ends: "rst" },
  AsciiDoc: { ends: "adoc asciidoc" },
  TeX: { ends: "tex sty cls bib" },
  Typst: { ends: "typ" },
  Text: { ends: "txt text log", names: "LICENSE LICENCE COPYING NOTICE AUTHORS CONTRIBUTORS README CHANGELOG VERSION" },
  Diff: { ends: "diff patch" },
  "Ignore list": {
    names: ".gitignore .dockerignore .npmignore .eslintignore .prettierignore .vscodeignore .gitattributes CODEOWNERS",
  },
  "Environment file": { ends: "env", names: ".env .envrc" },
  "Lock file": { ends: "lock", names: "go.sum" },
  "Go module": { names: "go.mod go.work" },
  Certificate: { ends: "pem crt cer" },
};

const byEnding = new Map<string, string>();
const byName = new Map<string, string>();
for (const [language, { ends = "", names = "" }] of Object.entries(table)) {
  for (const end of ends.split(" ").filter(Boolean)) byEnding.set(end, language);
  for (const name of names.split(" ").filter(Boolean)) byName.set(name, language);
}

/** The language of a file by its name; "Other" for what is not known. */
export function languageOf(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const known = byName.get(name);
  if (known) return known;
  if (/^(?:Docker|Container)file\./.test(name)) return "Dockerfile";
  const dot = name.lastIndexOf(".");
  if (dot < 0) return "Other";
  return byEnding.get(name.slice(dot + 1).toLowerCase()) ?? "Other";
}

const programming = new Set(
  (
    "TypeScript JavaScript Python Go Rust Java Kotlin Scala Groovy Clojure C# F# C C++ Objective-C CUDA Swift Dart Ruby " +
    "PHP Perl Raku Lua R Julia Haskell OCaml Elm Elixir Erlang Gleam Zig Nim Crystal D V Odin Fortran COBOL Pascal Ada " +
    "Lisp Scheme Racket Prolog Assembly Verilog VHDL Solidity Move Shell PowerShell Vue Svelte Astro"
  ).split(" "),
);

/** Whether files of the language are program code, as opposed to data, markup and text. */
export function isProgramming(language: string): boolean {
  return programming.has(language);
}
