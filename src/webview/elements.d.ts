import type { DetailedHTMLProps, HTMLAttributes } from "react";

/** The web components of @vscode-elements that the panel uses. */
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "vscode-button": DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
        secondary?: boolean;
        disabled?: boolean;
      };
      "vscode-badge": DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>;
    }
  }
}
