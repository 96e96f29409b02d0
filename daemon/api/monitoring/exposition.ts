/**
 * Writes metrics in the Prometheus text format, version 0.0.4.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
 */
import type { Histogram } from '../../histogram.ts';

/** The format's media type. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

/** A value with its labels. */
export interface Sample {
  labels?: Labels;
  value: number;
}

/** A metric that can go up and down. */
export function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return [...head(name, help, 'gauge'), ...samples.map(({ labels, value }) => line(name, labels, value))].join('\n');
}

/** A histogram per set of labels. */
export function histogram(name: string, help: string, own: readonly { labels?: Labels; of: Histogram }[]): string {
  const lines = own.flatMap(({ labels, of }) => [
    ...of.counts.map((count, at) =>
      line(`${name}_bucket`, { ...labels, le: numberText(of.bounds[at] ?? Infinity) }, count),
    ),
    line(`${name}_sum`, labels, of.sum),
    line(`${name}_count`, labels, of.counts.at(-1) ?? 0),
  ]);
  return [...head(name, help, 'histogram'), ...lines].join('\n');
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`];
}

function line(name: string, labels: Labels | undefined, value: number): string {
  const pairs = Object.entries(labels ?? {}).map(([key, text]) => `${key}="${escaped(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  return value === Infinity ? '+Inf' : String(value);
}
