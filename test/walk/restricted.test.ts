import { useEditor } from './useEditor.ts';

describe('In an untrusted folder', () => {
  const use = useEditor({ trusted: false, settings: { 'security.workspace.trust.startupPrompt': 'never' } });

  it('jobs can be seen but none started', async () => {
    const { workbench } = use;
    await workbench.section('Jobs').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    await workbench.photograph('restricted');
  });
});
