/** Causes of failure that a job's output names: memory, of the machine and of its graphics cards. */
import { defineProblems } from './define.ts';

export const memoryCause = defineProblems({
  GPU_OUT_OF_MEMORY: {
    message: 'The GPU ran out of memory.',
    hint: 'Use a smaller batch, a smaller model, or lower precision, and stop other programs that use the GPU (nvidia-smi lists them). Output: {line}',
  },
  'GPU_OUT_OF_MEMORY/size': {
    message: 'The GPU ran out of memory while allocating {size}.',
    hint: 'Use a smaller batch, a smaller model, or lower precision, and stop other programs that use the GPU (nvidia-smi lists them). Output: {line}',
  },
  OUT_OF_MEMORY: {
    message: 'The job ran out of memory.',
    hint: 'Run fewer jobs at once, process smaller chunks, or allow it more memory. Output: {line}',
  },
  'OUT_OF_MEMORY/node': {
    message: 'Node.js reached its memory limit.',
    hint: 'Raise the limit: NODE_OPTIONS=--max-old-space-size=8192 allows 8 GB. If memory still grows, the program has a leak. Output: {line}',
  },
  'OUT_OF_MEMORY/java': {
    message: 'Java ran out of memory ({reason}).',
    hint: 'Raise the limit with -Xmx4g, or with JAVA_TOOL_OPTIONS=-Xmx4g if another program starts Java. Output: {line}',
  },
  'OUT_OF_MEMORY/php': {
    message: 'PHP reached its memory limit ({mebibytes} MiB).',
    hint: 'Raise memory_limit in php.ini, or for a single command with php -d memory_limit=1G. Output: {line}',
  },
  KILLED: {
    message: 'A program started by the job was killed.',
    hint: 'The system usually does this when memory runs out. Run fewer jobs at once, process smaller chunks, or allow it more memory. Output: {line}',
  },
  'KILLED/program': {
    message: '“{program}” was killed.',
    hint: 'The system usually does this when memory runs out. Run fewer jobs at once, process smaller chunks, or allow it more memory. Output: {line}',
  },
});
