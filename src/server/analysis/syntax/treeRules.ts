import type { ComponentKind } from "./components.ts";
import type { Grammar, SyntaxNode } from "./treeSitter.ts";
import { childOf } from "./treeSitter.ts";

export interface Rule {
  readonly kind: ComponentKind;
  /** What is inside belongs to it by name; else nothing inside is listed. */
  readonly isContainer?: boolean;
}

const type = (kind: ComponentKind): Rule => ({ kind, isContainer: true });
const callable: Rule = { kind: "function" };

/** Which nodes of each grammar are components. A function inside a class becomes a method. */
export const rules: Readonly<Record<Grammar, Readonly<Record<string, Rule>>>> = {
  python: { class_definition: type("class"), function_definition: callable },
  go: {
    function_declaration: callable,
    method_declaration: { kind: "method" },
    type_spec: { kind: "type" },
    type_alias: { kind: "type" },
    const_spec: { kind: "variable" },
    var_spec: { kind: "variable" },
  },
  java: {
    class_declaration: type("class"),
    record_declaration: type("class"),
    interface_declaration: type("interface"),
    annotation_type_declaration: type("interface"),
    enum_declaration: type("enum"),
    method_declaration: callable,
    constructor_declaration: callable,
  },
  rust: {
    struct_item: { kind: "class" },
    union_item: { kind: "class" },
    enum_item: { kind: "enum" },
    trait_item: type("interface"),
    mod_item: type("namespace"),
    type_item: { kind: "type" },
    function_item: callable,
    function_signature_item: callable,
    macro_definition: callable,
    const_item: { kind: "variable" },
    static_item: { kind: "variable" },
  },
  "c-sharp": {
    namespace_declaration: type("namespace"),
    class_declaration: type("class"),
    struct_declaration: type("class"),
    record_declaration: type("class"),
    interface_declaration: type("interface"),
    enum_declaration: { kind: "enum" },
    delegate_declaration: { kind: "type" },
    method_declaration: callable,
    constructor_declaration: callable,
    local_function_statement: callable,
  },
  ruby: {
    class: type("class"),
    module: type("namespace"),
    method: callable,
    singleton_method: callable,
  },
  php: {
    class_declaration: type("class"),
    trait_declaration: type("class"),
    interface_declaration: type("interface"),
    enum_declaration: type("enum"),
    function_definition: callable,
    method_declaration: callable,
  },
  cpp: {
    namespace_definition: type("namespace"),
    class_specifier: type("class"),
    struct_specifier: type("class"),
    enum_specifier: { kind: "enum" },
    alias_declaration: { kind: "type" },
    function_definition: callable,
  },
};

type TextOf = (node: SyntaxNode) => string;

/** The name of a component; undefined where it has none, such as an anonymous struct. */
export function nameOf(node: SyntaxNode, textOf: TextOf): string | undefined {
  const name = childOf(node, "name");
  if (name) return textOf(name).replace(/\s+/g, "").replaceAll("::", "/");
  // C and C++ wrap the name of a function in what it returns: pointers, references, parameters.
  for (let at = childOf(node, "declarator"); at; at = childOf(at, "declarator") ?? at.children.at(-1)) {
    if (/identifier|name|destructor|operator/.test(at.type))
      return textOf(at).replace(/\s+/g, "").replaceAll("::", "/");
    if (at.type === "parameter_list") return undefined;
  }
  return undefined;
}

/** What a name belongs to that does not stand inside its type: Go's receivers, Rust's impl blocks. */
export function ownerOf(node: SyntaxNode, textOf: TextOf): string | undefined {
  const receiver = node.type === "method_declaration" ? childOf(node, "receiver") : undefined;
  if (receiver) return /([\w]+)(?:\[[^\]]*\])?\s*\)$/.exec(textOf(receiver))?.[1];
  if (node.type !== "impl_item") return undefined;
  const self = childOf(node, "type");
  return (
    self &&
    textOf(self)
      .replace(/<[\s\S]*$/, "")
      .trim()
  );
}

export function isExportedIn(grammar: Grammar, node: SyntaxNode, facts: { name: string; head: string }): boolean {
  const { name, head } = facts;
  const last = name.slice(name.lastIndexOf("/") + 1);
  switch (grammar) {
    case "python":
      return !last.startsWith("_") || /^__\w+__$/.test(last);
    case "go":
      return /^\p{Lu}/u.test(last);
    case "java":
    case "c-sharp":
      return /\bpublic\b/.test(head);
    case "rust":
      return node.children.some((child) => child.type === "visibility_modifier");
    case "php":
      return !/\b(?:private|protected)\b/.test(head);
    case "cpp":
      return !/^\s*static\b/.test(head);
    case "ruby":
      return true;
  }
}

export function isTestIn(grammar: Grammar, facts: { file: string; name: string; before: string }): boolean {
  const { file, name, before } = facts;
  const last = name.slice(name.lastIndexOf("/") + 1);
  switch (grammar) {
    case "python":
      return /^test(?:_|$)/.test(last) && /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/.test(file);
    case "go":
      return /^(?:Test|Benchmark|Fuzz|Example)(?:\P{Ll}|$)/u.test(last) && file.endsWith("_test.go");
    case "java":
      return /@(?:Test|ParameterizedTest|RepeatedTest)\b/.test(before);
    case "c-sharp":
      return /\[(?:Test|Fact|Theory|TestMethod|TestCase)\b/.test(before);
    case "rust":
      return /#\[(?:\w+::)?test\b/.test(before);
    case "php":
      return last.startsWith("test") && file.endsWith("Test.php");
    case "ruby":
      return last.startsWith("test_") && /(?:_test|test_[^/]*)\.rb$/.test(file);
    case "cpp":
      return false;
  }
}
