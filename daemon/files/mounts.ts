/** Finds the network drive on which a path is. */
import { readFileSync } from 'node:fs';

/** Types of file systems whose answers come from elsewhere, so that all of it stops responding at once. */
const network = /^(nfs|cifs|smb|fuse$|fuse\.|9p|ceph|afs|lustre|gluster|virtiofs|autofs)/;

/** The mount point of the network drive that contains `path`, judged by its name; null if there is none. */
export function networkMountOf(path: string, table: string = mountTable()): string | null {
  let best = { point: '', type: '' };
  for (const line of table.split('\n')) {
    // Described in proc(5): the mount point is the fifth field, and the type follows the separator.
    const [mount = '', source = ''] = line.split(' - ');
    const point = unescaped(mount.split(' ')[4] ?? '');
    // Of two at the same place, the later one hides the earlier one.
    if (point.length >= best.point.length && isWithin(path, point)) best = { point, type: source.split(' ')[0] ?? '' };
  }
  return network.test(best.type) ? best.point : null;
}

/** Reading it never blocks. Other systems than Linux have no such table. */
function mountTable(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

function isWithin(path: string, folder: string): boolean {
  return folder !== '' && (path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`));
}

/** Blanks are written as `\040`. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
