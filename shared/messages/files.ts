/** Why a file is not read or written. */
import { defineMessages } from './define.ts';

export const fileReason = defineMessages({
  'file.folder': 'it is a folder',
  'file.fifo': 'it is a FIFO, not a file',
  'file.socket': 'it is a socket, not a file',
  'file.device': 'it is a device, not a file',
  'file.link': 'it is a link',
  'file.danglingLink': 'it is a link to a file that does not exist',
  'file.hardLinks': 'it has several names (hard links)',
  'file.otherUser': 'it belongs to another user',
  'file.tooLarge': 'it is larger than {limit} bytes',
  'file.notResponding': 'its disk or network drive is not responding',
});
