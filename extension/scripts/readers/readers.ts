/** All kinds of files with scripts, in the order in which they are shown. */
import type { ScriptReader } from '../projectScript.ts';
import { cargo } from './cargo.ts';
import { composer } from './composer.ts';
import { goModule } from './goModule.ts';
import { justfile } from './justfile.ts';
import { makefile } from './makefile.ts';
import { gruntfile, gulpfile, jakefile } from './nodeTasks.ts';
import { packageJson } from './packageJson.ts';
import { pyproject } from './pyproject.ts';
import { taskfile } from './taskfile.ts';
import { toxIni } from './toxIni.ts';

export const scriptReaders: readonly ScriptReader[] = [
  packageJson,
  gulpfile,
  gruntfile,
  jakefile,
  makefile,
  taskfile,
  justfile,
  cargo,
  goModule,
  pyproject,
  toxIni,
  composer,
];
