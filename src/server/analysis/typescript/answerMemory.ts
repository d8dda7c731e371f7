/** Enough for the pages of a few questions that an agent has open at once. */
const most = 8;

export interface AnswerMemory<Answer> {
  /** The answer that was made under the same key in the same generation, else a new one. */
  get(generation: number, key: string, make: () => Answer): Answer;
}

/** The last answers, for as long as no text has changed: the same question again costs no second search. */
export function createAnswerMemory<Answer>(): AnswerMemory<Answer> {
  const answers = new Map<string, Answer>();
  let madeIn: number | undefined;
  return {
    get(generation, key, make) {
      if (madeIn !== generation) answers.clear();
      madeIn = generation;
      const known = answers.get(key);
      const answer = known === undefined ? make() : known;
      // Last in, last to go.
      answers.delete(key);
      answers.set(key, answer);
      const [oldest] = answers.keys();
      if (answers.size > most && oldest !== undefined) answers.delete(oldest);
      return answer;
    },
  };
}
