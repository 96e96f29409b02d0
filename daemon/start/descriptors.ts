/** File descriptors that the daemon inherited from the program that started it. */
import { closeSync, fstatSync } from 'node:fs';
import { descriptors, isInheritable, onlyReads } from '../../shared/client/descriptors.ts';

/**
 * Closes inherited descriptors on Linux, so that neither the daemon nor a job keeps a caller's lock or pipe open. Must run
 * before the daemon opens any file. Clients start the daemon without them, so this matters if it is started by other
 * means. Electron is left alone, because it has open files of its own.
 */
export function closeInheritedDescriptors(): void {
  if (process.platform !== 'linux' || process.versions.electron !== undefined) return;
  const isReading = certificateSettings.some((name) => process.env[name]);
  for (const fd of descriptors()) {
    if (isFile(fd) ? isReading && onlyReads(fd) : !isInheritable(fd)) continue;
    closeSync(fd);
  }
}

/**
 * With one of these, Node reads certificates in a thread of its own while the program already runs. It would close its file
 * again, and with it whatever has the same descriptor by then. So files that could be certificates are left open.
 */
const certificateSettings = ['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'NODE_OPTIONS'];

/** Otherwise, Node has no files open, but marks inherited ones with low numbers as if they were its own. */
function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false; // It is closed.
  }
}
