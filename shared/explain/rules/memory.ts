/** Memory, of the machine and of its graphics cards. */
import type { Rule } from '../rule.ts';

const lessAtOnce = 'Run less at the same time, work in smaller pieces, or give it more memory.';
const outOfMemory = { code: 'OUT_OF_MEMORY', weight: 'deadly' } as const;

export const memoryRules: readonly Rule[] = [
  {
    code: 'GPU_OUT_OF_MEMORY',
    weight: 'deadly',
    patterns: [
      /\bCUDA out of memory\. Tried to allocate (?<size>[\d.]{1,12} [KMGT]iB)/,
      /\b(?:CUDA|HIP|MPS|XPU)(?: error:| backend)? out of memory\b/i,
      /\bCUDA_ERROR_OUT_OF_MEMORY\b/,
      /\bcudaErrorMemoryAllocation\b/,
    ],
    message: ({ size }) => `The memory of the graphics card ran out${size ? ` when it wanted ${size} more` : ''}.`,
    hint: () =>
      'Take a smaller batch, a smaller model or lower precision, and end what else uses the card (nvidia-smi shows it).',
  },
  {
    ...outOfMemory,
    patterns: [/\bJavaScript heap out of memory\b/],
    message: () => 'Node.js reached its limit of memory.',
    hint: () => 'Raise it: NODE_OPTIONS=--max-old-space-size=8192 gives it 8 GB. If that only takes longer, it leaks.',
  },
  {
    ...outOfMemory,
    patterns: [/\bjava\.lang\.OutOfMemoryError: (?<what>[\w .,:-]{1,100})/],
    message: ({ what }) => `Java ran out of memory (${what?.trim()}).`,
    hint: () => 'Raise its limit, such as with -Xmx4g, or JAVA_TOOL_OPTIONS=-Xmx4g where another program starts it.',
  },
  {
    ...outOfMemory,
    patterns: [/\bAllowed memory size of (?<bytes>\d{1,20}) bytes exhausted\b/],
    message: ({ bytes }) => `PHP reached its limit of memory (${Math.round(Number(bytes) / 1_048_576)} MiB).`,
    hint: () => 'Raise memory_limit in php.ini, or for one command: php -d memory_limit=1G …',
  },
  {
    ...outOfMemory,
    patterns: [
      /^(?:[\w.]{1,100}\.)?_?(?:Array)?MemoryError(?::|$)/,
      /\bruntime: out of memory\b/,
      /\bfatal error: out of memory\b/,
      /\bstd::bad_alloc\b/,
      /\bmemory allocation of \d{1,20} bytes failed\b/,
      /\b[Cc]annot allocate (?:memory|\d{1,20} bytes)\b/,
      /\bfailed to allocate memory\b|\bNoMemoryError\b/,
      /^Out of memory!/,
      /\bvirtual memory exhausted\b|\bout of memory allocating \d/,
      /\bENOMEM\b/,
    ],
    message: () => 'The memory ran out.',
    hint: () => lessAtOnce,
  },
  {
    code: 'KILLED',
    weight: 'deadly',
    patterns: [
      /\bKilled signal terminated program (?<name>[^\s;,]{1,100})/,
      /^[^\s:]{1,200}: line \d{1,9}: {1,8}\d{1,9} Killed {1,40}(?<name>[^\s(][^\s]{0,99})/,
      /^[^\s:]{1,200}: line \d{1,9}: {1,8}\d{1,9} Killed\b/,
      /^make(?:\[\d{1,3}\])?: \*\*\* \[[^\]]{1,200}\] Killed\b/,
      /\bdied with <Signals\.SIGKILL: 9>/,
      /\(signal: 9, SIGKILL: kill\)/,
      /(?:^|: )signal: killed$/,
      /^(?:npm (?:error|ERR!) signal SIGKILL|\[?\d{0,3}\]?\+? ?Killed)$/,
    ],
    message: ({ name }) => (name ? `“${name}” was killed.` : 'A program that the job called was killed.'),
    hint: () => `Mostly the system does this when memory runs out. ${lessAtOnce}`,
  },
];
