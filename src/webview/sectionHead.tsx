import type { ReactNode } from "react";
import type { SettingsPart } from "../protocol/panel.ts";
import { send } from "./slices.ts";

interface SectionHeadProps {
  readonly id: string;
  readonly title: string;
  /** A shortcut to its settings, where it has some. */
  readonly settings?: SettingsPart;
  readonly children?: ReactNode;
}

/** A heading, and beside it what the section as a whole can be asked for. */
export function SectionHead({ id, title, settings, children }: SectionHeadProps) {
  return (
    <div className="head">
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      <div className="tools">
        {children}
        {settings && (
          <vscode-button
            secondary
            aria-label={`Settings of ${title.toLowerCase()}`}
            onClick={() => {
              send({ type: "settings", part: settings });
            }}
          >
            Settings
          </vscode-button>
        )}
      </div>
    </div>
  );
}
