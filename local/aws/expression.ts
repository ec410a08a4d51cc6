/** A metric's value in one period by its id in the expression; undefined: nothing was measured. */
export type Values = (id: string) => number | undefined;

/**
 * The value of a CloudWatch metric math expression in one period: numbers, ids, `+ - *`, parentheses, `FILL(id, number)`, `MAX([…])`. Undefined
 * where nothing was measured. @throws Error for anything else, so that no alarm counts as measured that is not.
 */
export function evaluate(expression: string, values: Values): number | undefined {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|\S/g) ?? [];
  const value = new Reader(tokens, values).sum();
  if (tokens.length > 0) throw new Error(`${expression} goes on after its end: ${tokens.join(' ')}`);
  return value;
}

/** Reads tokens from the front, and takes away what was read. */
class Reader {
  readonly #tokens: string[];
  readonly #values: Values;

  constructor(tokens: string[], values: Values) {
    this.#tokens = tokens;
    this.#values = values;
  }

  sum(): number | undefined {
    let value = this.#product();
    while (this.#tokens[0] === '+' || this.#tokens[0] === '-') {
      const sign = this.#tokens.shift() === '+' ? 1 : -1;
      value = both(value, this.#product(), (a, b) => a + sign * b);
    }
    return value;
  }

  #product(): number | undefined {
    let value = this.#part();
    while (this.#tokens[0] === '*') {
      this.#tokens.shift();
      value = both(value, this.#part(), (a, b) => a * b);
    }
    return value;
  }

  #part(): number | undefined {
    const token = this.#tokens.shift() ?? '';
    if (/^\d/.test(token)) return Number(token);
    if (token === '(') return this.#closed(this.sum());
    if (token === 'FILL') return this.#fill();
    if (token === 'MAX') return this.#greatest();
    if (/^[a-z]/.test(token)) return this.#values(token);
    throw new Error(`a metric expression with ${token || 'no end'} is not known to the local stack`);
  }

  #fill(): number | undefined {
    this.#expect('(');
    const value = this.sum();
    this.#expect(',');
    const otherwise = this.#closed(this.sum());
    return value ?? otherwise;
  }

  #greatest(): number | undefined {
    this.#expect('(');
    this.#expect('[');
    const values = [this.sum()];
    while (this.#tokens[0] === ',') {
      this.#tokens.shift();
      values.push(this.sum());
    }
    this.#expect(']');
    this.#expect(')');
    const measured = values.filter((value) => value !== undefined);
    return measured.length === 0 ? undefined : Math.max(...measured);
  }

  #closed(value: number | undefined): number | undefined {
    this.#expect(')');
    return value;
  }

  #expect(token: string): void {
    const found = this.#tokens.shift();
    if (found !== token) throw new Error(`a metric expression has ${found ?? 'its end'} where ${token} must be`);
  }
}

function both(a: number | undefined, b: number | undefined, join: (a: number, b: number) => number) {
  return a === undefined || b === undefined ? undefined : join(a, b);
}
