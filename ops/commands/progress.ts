/** A line at the terminal that changes while a command works. */
export type Progress = ((text: string) => void) & {
  /** Takes the line away, before something is printed that stays. */
  clear: () => void;
};

const CLEAR_LINE = '\r\u001b[K';

/** Nothing is shown where nobody looks: `stream` is no terminal. */
export function createProgress(stream: { isTTY?: boolean; write(text: string): unknown }): Progress {
  let isShown = false;
  const show = (text: string) => {
    if (stream.isTTY !== true) return;
    stream.write(`${CLEAR_LINE}${text}`);
    isShown = true;
  };
  const clear = () => {
    if (isShown) stream.write(CLEAR_LINE);
    isShown = false;
  };
  return Object.assign(show, { clear });
}

export const progress = createProgress(process.stderr);
