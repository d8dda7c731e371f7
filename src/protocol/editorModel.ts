/** What a language model of VS Code is asked by the server. */
export interface EditorModelQuestion {
  readonly system: string;
  readonly prompt: string;
  /** Id or family; "" for the first one. */
  readonly model: string;
  /** A longer answer is stopped. */
  readonly mostCharacters: number;
}

export type EditorModelAnswer =
  | { readonly outcome: "answered"; readonly text: string; readonly model: string }
  | { readonly outcome: "tooMuch" }
  | { readonly outcome: "silent"; readonly seconds: number }
  /** VS Code has no such model, the user does not permit it, or it failed; the reason is in the window's log. */
  | { readonly outcome: "none" | "refused" | "failed" };
