"""The only place that combines effects: the tick, the runner, what founds a company and what checks it."""
