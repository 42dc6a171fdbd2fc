// Answers questions about decimals and JSON, one a line: [what, ...texts] in, a text (or null for an error) out.
import { createInterface } from "node:readline";
import { Decimal, parseJson, writeJson } from "@openxapi/hostile";

const two = (work) => (a, b) => String(work(new Decimal(a), new Decimal(b)));
const questions = {
  compare: two((a, b) => a.compare(b)),
  equals: two((a, b) => a.equals(b)),
  add: two((a, b) => a.add(b)),
  sub: two((a, b) => a.sub(b)),
  mul: two((a, b) => a.mul(b)),
  plain: (a) => new Decimal(a).toPlain(),
  text: (a) => `${new Decimal(a)} ${JSON.stringify([new Decimal(a)])}`,
  json: (a) => writeJson(parseJson(a)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...texts] = JSON.parse(line);
  let answer = null;
  try {
    answer = questions[what](...texts);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
