import assert from 'node:assert/strict';
import { defLine, functionLine, namedTaskLine } from '../../../../../extension/engines/source/pythonSource.ts';
import { createFunctionLine } from '../../../../../extension/engines/source/scriptSource.ts';
import { byDepth, modulePlaces, sourceQueryOf } from '../../../../../extension/engines/source/taskName.ts';

const text = (...lines: string[]) => lines.join('\n');

describe('the source to find', () => {
  it('is the Celery task or the Inngest function, and nothing for other jobs', () => {
    assert.deepEqual(sourceQueryOf({ engine: 'celery', type: 'shop.tasks.add' }), {
      engine: 'celery',
      name: 'shop.tasks.add',
    });
    assert.deepEqual(sourceQueryOf({ engine: 'inngest', type: 'shop/send-receipt' }), {
      engine: 'inngest',
      name: 'send-receipt',
    });
    assert.deepEqual(sourceQueryOf({ engine: 'inngest', type: 'x' }, { function: 'own' }), {
      engine: 'inngest',
      name: 'own',
    });
    assert.equal(sourceQueryOf({ engine: 'inngest', type: 'order.placed' }, null), null);
    assert.equal(sourceQueryOf({ engine: 'local', type: 'build' }), null);
  });
});

describe('the files of a Python module', () => {
  it('are the module and its package anywhere, then submodules, then shorter paths', () => {
    assert.deepEqual(
      modulePlaces('shop.tasks.add').map(({ glob }) => glob),
      [
        '**/shop/tasks.py',
        '**/shop/tasks/__init__.py',
        '**/shop/tasks/**/*.py',
        'tasks.py',
        'tasks/__init__.py',
        'src/tasks.py',
      ],
    );
    assert.ok(modulePlaces('tasks.add').every(({ functionName }) => functionName === 'add'));
  });

  it('are empty for a name without a module', () => {
    for (const name of ['add', 'emails/send', 'a..b', '**.x', 'a.b c', ''])
      assert.deepEqual(modulePlaces(name), [], name);
  });

  it('are searched in shallow paths first', () => {
    const paths = ['/w/vendor/a/tasks.py', '/w/src/tasks.py', '/w/app/tasks.py'];
    assert.deepEqual(paths.sort(byDepth), ['/w/app/tasks.py', '/w/src/tasks.py', '/w/vendor/a/tasks.py']);
  });
});

describe('a task in a Python file', () => {
  it('is found at its definition', () => {
    assert.equal(defLine(text('import x', '', '@app.task', 'def add(a, b):', '    return a + b'), 'add'), 3);
    assert.equal(defLine(text('@shared_task', 'async  def add (a):'), 'add'), 1);
    assert.equal(defLine('def address():', 'add'), null);
    assert.equal(defLine('', 'add'), null);
  });

  it('is not found in comments and multi-line strings', () => {
    assert.equal(
      defLine(text('"""', 'def add(a):', '"""', "x = '''", 'def add():', "'''", '# def add():', 'def add():'), 'add'),
      7,
    );
    assert.equal(defLine(text("x = \"it's\"  # not ''' here", 'def add():'), 'add'), 1);
    assert.equal(defLine(text('"""', 'def add():'), 'add'), null);
  });

  it('is the decorated one of several functions', () => {
    const two = text('def add(): pass', '', '@app.task(', '    bind=True,', ')', 'def add(self): pass');
    assert.equal(defLine(two, 'add'), 5);
    assert.equal(defLine(text('class A:', '    def add(self): pass', '    def run(self): pass'), 'add'), 1);
  });

  it('is found by an explicit name', () => {
    assert.equal(namedTaskLine(text('', "@app.task(name='emails.send')", 'def x(): pass'), 'emails.send'), 1);
    assert.equal(namedTaskLine(text('class S(Task):', '    name = "emails.send"'), 'emails.send'), 1);
    assert.equal(namedTaskLine(text('# name="emails.send"'), 'emails.send'), null);
    assert.equal(namedTaskLine("name='emailsXsend'", 'emails.send'), null);
  });

  it('can be an Inngest function, by its ID', () => {
    const source = text(
      '@client.create_function(',
      '    fn_id="send-receipt",',
      '    trigger=x,',
      ')',
      'async def f(ctx): ...',
    );
    assert.equal(functionLine(source, 'send-receipt'), 0);
    assert.equal(functionLine(source, 'send'), null);
  });
});

describe('an Inngest function in a script', () => {
  it('is found where it is created', () => {
    assert.equal(createFunctionLine("a\nexport const f = inngest.createFunction({ id: 'send' }, e, h);", 'send'), 1);
    assert.equal(createFunctionLine(text('x.createFunction(', '  {', '    id: "send",', '  },'), 'send'), 0);
    assert.equal(createFunctionLine('createFunction<A, B>({ name: `n`, id: `send` })', 'send'), 0);
  });

  it('is found by its own ID, not by a nested one', () => {
    const nested = "createFunction({ retries: { id: 'send' }, cancelOn: [{ id: 'send' }], id: 'other' })";
    assert.equal(createFunctionLine(nested, 'send'), null);
    assert.equal(createFunctionLine(nested, 'other'), 0);
    assert.equal(createFunctionLine("createFunction({ a: 1 }); const x = { id: 'send' };", 'send'), null);
  });

  it('is not found in comments and strings', () => {
    assert.equal(createFunctionLine("// createFunction({ id: 'send' })", 'send'), null);
    assert.equal(createFunctionLine(text('/**', " * createFunction({ id: 'send' })", ' */'), 'send'), null);
    assert.equal(createFunctionLine("createFunction({ /* id: 'send', */ id: 'x' })", 'send'), null);
    assert.equal(createFunctionLine("createFunction({ name: \"}, id: 'send'\", id: 'x' })", 'x'), 0);
    assert.equal(createFunctionLine("createFunction({ id: process.env.ID, name: 'send' })", 'send'), null);
  });
});
