import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import type { RunQuestion } from "../../protocol/flowRuns.ts";
import type { PlaygroundMessage, PlaygroundState } from "../../protocol/playground.ts";
import { send, useShown } from "./messages.ts";
import { runWords } from "./runWords.ts";

export function PlaygroundPage() {
  const state = useShown();
  useEffect(() => {
    send({ type: "ready" });
  }, []);
  return state ? <Playground {...state} /> : <p className="empty">Loading…</p>;
}

function Playground({ flow, session, messages, run, question, isRunning }: PlaygroundState) {
  return (
    <main>
      <header>
        <h1>{flow}</h1>
        <p className="session">Session {session}</p>
        <button type="button" className="secondary" onClick={() => send({ type: "newSession" })}>
          New session
        </button>
      </header>
      <Messages messages={messages} isRunning={isRunning} />
      {question && <Answers question={question} />}
      <p className="run" role="status">
        {run ? runWords(run) : isRunning ? "Starting the run…" : ""}
      </p>
      <Question isRunning={isRunning} />
    </main>
  );
}

const senders: Readonly<Record<PlaygroundMessage["from"], string>> = { user: "You", flow: "Flow", problem: "Problem" };

function Messages({ messages, isRunning }: Pick<PlaygroundState, "messages" | "isRunning">) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [messages]);
  return (
    <div className="messages" role="log" aria-label="Messages" aria-busy={isRunning} tabIndex={0}>
      {messages.length === 0 && (
        <p className="empty">Ask the flow something. What it answers comes here, part by part.</p>
      )}
      {messages.map(({ id, from, text }) => (
        <article key={id} className={from}>
          <h2>{senders[from]}</h2>
          <p>{text}</p>
        </article>
      ))}
      <div ref={end} />
    </div>
  );
}

function Answers({ question: { prompt, options } }: { readonly question: RunQuestion }) {
  return (
    <section className="question" role="alert" aria-label="The flow asks you">
      <p>{prompt === "" ? "The flow waits for your decision." : prompt}</p>
      {options.map(({ action, label }) => (
        <button key={action} type="button" onClick={() => send({ type: "answer", action })}>
          {label}
        </button>
      ))}
    </section>
  );
}

function Question({ isRunning }: Pick<PlaygroundState, "isRunning">) {
  const [text, setText] = useState("");
  const ask = () => {
    if (isRunning || text.trim() === "") return;
    send({ type: "ask", text });
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    ask();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <label htmlFor="question">Message to the flow</label>
      <textarea
        id="question"
        rows={3}
        value={text}
        placeholder="Enter sends, Shift+Enter begins a line"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {isRunning ? (
        <button type="button" className="secondary" onClick={() => send({ type: "stop" })}>
          Stop
        </button>
      ) : (
        <button type="submit" disabled={text.trim() === ""}>
          Send
        </button>
      )}
    </form>
  );
}
