import { describe, expect, test, vi } from 'vitest';
import type { Handlers } from '../../../main/api/dispatch.ts';
import { createDispatch } from '../../../main/api/dispatch.ts';
import { commands } from '../../../main/common/api.ts';
import { AppError } from '../../../main/common/errors.ts';

function handlers(part: Partial<Handlers>): Handlers {
  const none = Object.fromEntries(
    Object.keys(commands).map((name) => [
      name,
      () => {
        throw new Error(`${name} must not be called`);
      },
    ]),
  );
  return { ...(none as unknown as Handlers), ...part };
}

describe('dispatch', () => {
  test('returns the value of a known command’s handler', async () => {
    const disconnect = vi.fn(() => null);
    const { dispatch } = createDispatch(handlers({ 'cluster.disconnect': disconnect }), () => undefined);
    expect(await dispatch('cluster.disconnect', { context: 'a' })).toEqual({ ok: true, value: null });
    expect(disconnect).toHaveBeenCalledWith({ context: 'a' });
  });

  test.each(['fleet.destroy', 'constructor', '__proto__', '', 7, null, undefined])('refuses %j as a command', async (name) => {
    const reply = await createDispatch(handlers({}), () => undefined).dispatch(name, {});
    expect(reply).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
  });

  test.each([
    ['a missing argument', {}, '“context”'],
    ['a field too many', { context: 'a', path: '/etc/passwd' }, 'path'],
    ['another type', { context: 7 }, '“context”'],
    ['no object', 'a', 'The arguments'],
    ['nothing', undefined, 'The arguments'],
  ])('refuses %s before the handler sees it', async (_, args, part) => {
    const connect = vi.fn();
    const reply = await createDispatch(handlers({ 'cluster.connect': connect }), () => undefined).dispatch('cluster.connect', args);
    expect(reply).toMatchObject({ ok: false, error: { code: 'invalid-arguments', message: expect.stringContaining(part) } });
    expect(connect).not.toHaveBeenCalled();
  });

  test.each([
    ['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['maps', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
  ])('refuses %s that are nested without an end, and reports no bug of its own', async (_, json) => {
    const value: unknown = JSON.parse(json);
    const lines: string[] = [];
    const args = { ref: { context: 'a', namespace: 'b', name: 'c' }, base: '1', edits: [{ op: 'set', path: [0], value }] };
    const reply = await createDispatch(handlers({}), (line) => lines.push(line)).dispatch('configMap.preview', args);
    expect(reply).toMatchObject({ ok: false, error: { code: 'invalid-arguments', message: expect.stringContaining('levels') } });
    expect(lines).toEqual([]);
  });

  test('an expected failure keeps its code, its sentence and what it is about', async () => {
    const failing = handlers({
      'cluster.disconnect': () => {
        throw new AppError('not-found', 'There is no such context.', { about: 'a', retry: true });
      },
    });
    const reply = await createDispatch(failing, () => undefined).dispatch('cluster.disconnect', { context: 'a' });
    expect(reply).toEqual({ ok: false, error: { code: 'not-found', message: 'There is no such context.', about: 'a', retry: true } });
  });

  test('a bug crosses as a log id only; its text is logged under that id', async () => {
    const lines: string[] = [];
    const failing = handlers({
      'cluster.disconnect': () => {
        throw new TypeError('secret detail');
      },
    });
    const reply = await createDispatch(failing, (line) => lines.push(line)).dispatch('cluster.disconnect', { context: 'a' });
    expect(JSON.stringify(reply)).not.toContain('secret detail');
    const id = reply.ok ? '' : (/log id ([0-9a-f]{8})/.exec(reply.error.message)?.[1] ?? '');
    expect(id).not.toBe('');
    expect(lines.join('\n')).toContain(id);
    expect(lines.join('\n')).toContain('secret detail');
  });

  test('shows listeners each valid call of their command, and when it is done', async () => {
    const called = Promise.withResolvers<null>();
    const { dispatch, onCommand } = createDispatch(handlers({ 'cluster.disconnect': () => called.promise }), () => undefined);
    const heard: string[] = [];
    onCommand('cluster.disconnect', ({ context }, done) => {
      heard.push(context);
      void done.then(() => heard.push('done'));
    });
    await dispatch('cluster.disconnect', { context: 7 });
    await dispatch('cluster.connect', { context: 'b' });
    const answer = dispatch('cluster.disconnect', { context: 'a' });
    expect(heard).toEqual(['a']);
    called.reject(new Error('no'));
    await answer;
    expect(heard).toEqual(['a', 'done']);
  });
});
