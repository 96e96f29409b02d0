/** Migration: messages become data (see shared/messages). Existing ones are kept as text without a code. */

const asMessage = (text: string) => `json_object('code', 'text', 'params', json_object(), 'message', ${text})`;

export const messagesStep = `
  ALTER TABLE events ADD COLUMN code TEXT;
  ALTER TABLE events ADD COLUMN params TEXT;

  UPDATE jobs SET wait_detail = ${asMessage('wait_detail')} WHERE wait_detail IS NOT NULL;
  UPDATE schedule_runs SET detail = ${asMessage('detail')} WHERE detail IS NOT NULL;
  UPDATE jobs SET remote_limits = (
    SELECT json_group_object(key, CASE type WHEN 'text' THEN ${asMessage('value')} ELSE value END)
    FROM json_each(remote_limits)
  ) WHERE remote_limits IS NOT NULL;
`;
