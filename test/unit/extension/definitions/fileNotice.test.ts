import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { warnAbout } from '../../../../daemon/definitions/fileWarnings.ts';
import { fileNotice } from '../../../../extension/definitions/fileNotice.ts';
import type { Warning } from '../../../../shared/daemon.ts';
import { untranslated as t } from '../../../../shared/translate.ts';

/** The notice for the warnings that the daemon has about these files. */
function notice(...paths: string[]): string | undefined {
  const warnings: Warning[] = [];
  const message = { code: 'text', params: {}, message: 'It is long.' };
  const problems = [{ path: 'jobs.a', line: 7, column: 35, ...message }];
  const files = paths.map((path) => ({ path, problems, pending: null, watchProblem: null, unsaved: null }));
  warnAbout(
    files as Parameters<typeof warnAbout>[0],
    {
      set: (warning: { toBody(): Warning }) => warnings.push('toBody' in warning ? warning.toBody() : warning),
      clear: () => undefined,
    } as never,
  );
  return fileNotice(warnings, (path) => path.slice(1), t);
}

describe('the notice about definition files', () => {
  it('names the file with errors, or says that there are several', () => {
    assert.equal(notice(), undefined);
    assert.equal(notice('/x/jobs.json'), 'x/jobs.json has errors; its last valid version is active.');
    assert.match(notice('/a', '/b') ?? '', /^Several definition files have errors/);
  });
});
