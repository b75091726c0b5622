// GitHub's own libraries answer what a workflow says: one JSON object a line in, one a line out.
//
//   {read: "workflow" | "action", name, text}             -> {tree} or {errors}
//   {evaluate, allowed, contexts, closed, status}         -> {value, text, truthy} or {errors}
//
// `tree` is what GitHub's reader makes of the file: every expression stands in it as {"$expression", "allowed"}, where `allowed` are the
// contexts and functions that GitHub allows at that very place; every `if` as the condition that GitHub makes of it.
// `closed` are the contexts in which a name that is not there is an error, not nothing.

import { createInterface } from "node:readline";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { truthy } from "@actions/expressions/result";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { convertWorkflowTemplate } from "@actions/workflow-parser/model/convert";
import { convertToIfCondition } from "@actions/workflow-parser/model/converter/if-condition";
import { splitAllowedContext } from "@actions/workflow-parser/templates/allowed-context";
import { TokenType } from "@actions/workflow-parser/templates/tokens/types";
import { NoOperationTraceWriter } from "@actions/workflow-parser/templates/trace-writer";
import { parseWorkflow } from "@actions/workflow-parser/workflows/workflow-parser";

class Closed extends data.Dictionary {
  constructor(name, ...pairs) {
    super(...pairs);
    this.name = name;
  }

  get(key) {
    const found = super.get(key);
    if (found === undefined) {
      throw new Error(`${this.name}.${key} is not offered here`);
    }
    return found;
  }
}

function expression(token) {
  return { $expression: token.expression, allowed: token.definitionInfo?.allowedContext ?? [] };
}

function plain(context, token, key) {
  // GitHub reads the `if` of jobs and steps, alone of all keys, as an expression without marks.
  if (key === "if") {
    const condition = convertToIfCondition(context, token);
    return condition && { ...expression(condition), allowed: token.definitionInfo?.allowedContext ?? [] };
  }
  switch (token.templateTokenType) {
    case TokenType.Sequence:
      return Array.from({ length: token.count }, (_, at) => plain(context, token.get(at)));
    case TokenType.Mapping: {
      const pairs = Array.from({ length: token.count }, (_, at) => token.get(at));
      return Object.fromEntries(pairs.map((pair) => [pair.key.toString(), plain(context, pair.value, pair.key.toString())]));
    }
    case TokenType.BasicExpression:
      return expression(token);
    case TokenType.Null:
      return null;
    case TokenType.String:
    case TokenType.Number:
    case TokenType.Boolean:
      return token.value;
    default:
      throw new Error(`a token of type ${token.templateTokenType} is not offered here`);
  }
}

async function read({ read: kind, name, text }) {
  const file = { name, content: text };
  const trace = new NoOperationTraceWriter();
  const { context, value } = kind === "action" ? parseAction(file, trace) : parseWorkflow(file, trace);
  if (kind === "workflow" && value !== undefined) {
    await convertWorkflowTemplate(context, value); // for what it finds fault with
  }
  const tree = value && plain(context, value);
  const errors = context.errors.getErrors().map((error) => error.message);
  return errors.length > 0 ? { errors } : { tree };
}

function evaluate({ evaluate: text, allowed, contexts, closed, status }) {
  const { namedContexts, functions } = splitAllowedContext(allowed);
  const tree = new Parser(new Lexer(text).lex().tokens, namedContexts, functions).parse();
  const given = JSON.parse(JSON.stringify(contexts), data.reviver);
  const known = new Closed("the runner", ...given.pairs().map(({ key, value }) =>
    ({ key, value: closed.includes(key) ? new Closed(key, ...value.pairs()) : value })));
  const offered = new Map(Object.entries(status).map(([name, said]) => [name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(said) }]));
  for (const { name } of functions) {
    if (!offered.has(name)) {
      offered.set(name, { name, minArgs: 0, maxArgs: 255, call: () => { throw new Error(`${name}() is not offered here`); } });
    }
  }
  const value = new Evaluator(tree, known, offered).evaluate();
  return { value: JSON.parse(JSON.stringify(value, data.replacer)), text: value.coerceString(), truthy: truthy(value) };
}

async function answerAll() {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const asked = JSON.parse(line);
      answer = asked.read ? await read(asked) : evaluate(asked);
    } catch (error) {
      answer = { errors: [String(error.message ?? error)] };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

answerAll();
