import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writePhantoms } from '@zoidberg/training/dataset/phantom.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLI, startZoidberg } from '../../../support/cli.ts'

let root: string
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-train-command-'))
})
afterAll(() => rm(root, { recursive: true }))

describe('zoidberg train', () => {
  const zoidberg = (...args: string[]) => startZoidberg(join(root, 'cache'), args)
  const data = () => join(root, 'phantoms')
  const train = (out: string, ...args: string[]) =>
    zoidberg(
      'train',
      '--data',
      data(),
      '--model',
      'resnet',
      '--size',
      '32',
      '--epochs',
      '4',
      '--json',
      '--out',
      join(root, out),
      ...args,
    )
  beforeAll(() => writePhantoms(data(), { count: 240, seed: 1, size: { width: 48, height: 48 } }))

  it('goes on after a kill -9 and ends with the history of a run that was never killed', async () => {
    const whole = await train('whole').ended
    expect(whole.code).toBe(0)
    expect(whole.err).toMatch(
      /^Trains resnet \([\d,]+ parameters, 32 x 32 pixels\) on \d+ images of \d+ patients for 4 epochs; evaluates it on \d+ images of \d+ patients\. .+ on this machine\.$/m,
    )
    expect(whole.err.indexOf('Trains resnet')).toBeLessThan(whole.err.indexOf('epoch 1/4'))
    expect(lastLine(whole.err)).toBe(`Report: ${join(root, 'whole/report/report.html')}`)
    const killed = train('killed')
    while (!killed.output.err.includes('epoch 2/4')) await sleep(20)
    killed.child.kill('SIGKILL')
    await killed.ended
    expect((await train('killed').ended).err).toContain('add --resume')
    const resumed = await train('killed', '--resume').ended
    expect(resumed.code).toBe(0)
    expect(resumed.err).not.toContain('epoch 1/4')
    expect(resumed.err).toMatch(/Goes on with resnet .+ after epoch [23] on .+ for [12] more epochs?;/)
    const history = async (run: string) =>
      JSON.parse(await readFile(join(root, run, 'report/history.json'), 'utf8')).map(
        ({ loss }: { loss: number }) => loss.toFixed(4),
      )
    expect(await history('killed')).toEqual(await history('whole'))
    expect(JSON.parse(whole.out)).toMatchObject({
      schema: 1,
      data: { part: 'validation' },
      threeClass: { confusion: expect.any(Array) },
    })
  })

  it('lets a test part change nothing, and reports it at the end', async () => {
    const folder = join(root, 'with-test')
    await cp(data(), join(folder, 'train'), { recursive: true })
    // Every label is a lie, so whatever learnt, stopped, calibrated or chose on them would show.
    for (const [label, as] of [
      ['NORMAL', 'PNEUMONIA'],
      ['PNEUMONIA', 'NORMAL'],
    ])
      for (const [i, file] of (await readdir(join(data(), label))).slice(0, 20).entries()) {
        const name = as === 'NORMAL' ? `IM-${9000 + i}-0001.jpeg` : `person${9000 + i}_virus_1.jpeg`
        await cp(join(data(), label, file), join(folder, 'test', as, name))
      }
    const tested = await train('tested', '--data', folder).ended
    expect(tested.code, tested.err).toBe(0)
    const read = async (run: string, name: string) =>
      JSON.parse(await readFile(join(root, run, name), 'utf8'))
    const losses = async (run: string) =>
      (await read(run, 'report/history.json')).map(({ valLoss }: { valLoss: number }) => valLoss)
    expect(await losses('tested')).toEqual(await losses('whole'))
    const [{ calibration, operatingPoints }, whole] = [
      await read('tested', 'manifest.json'),
      await read('whole', 'manifest.json'),
    ]
    expect({ calibration, operatingPoints }).toEqual({
      calibration: whole.calibration,
      operatingPoints: whole.operatingPoints,
    })
    const evaluate = async (...args: string[]) =>
      JSON.parse(
        (
          await zoidberg('evaluate', '--model', join(root, 'tested'), '--data', folder, '--json', ...args)
            .ended
        ).out,
      )
    const test = await evaluate()
    // The training evaluates on the engine it trains with, the command on the one that serves: they agree within 1e-4.
    const rounded = (figures: unknown) =>
      JSON.parse(JSON.stringify(figures), (_, value) =>
        typeof value === 'number' ? Number(value.toFixed(5)) : value,
      )
    expect(rounded(JSON.parse(tested.out))).toEqual(rounded(test))
    expect(test.data).toMatchObject({ part: 'test', images: 40 })
    expect(test.accuracy).toBeLessThan(0.5)
    const validation = await evaluate('--part', 'validation')
    expect(validation.accuracy).toBeGreaterThan(0.5)
    expect(validation.accuracy).toBe(whole.metrics.validation.accuracy)
  })

  it('keeps the best weights on Ctrl-C and exits with 130', async () => {
    const run = train('interrupted', '--epochs', '60')
    while (!run.output.err.includes('epoch 1/60')) await sleep(20)
    run.child.kill('SIGINT')
    const { code, err } = await run.ended
    expect(code).toBe(130)
    expect(lastLine(err)).toBe(`Report: ${join(root, 'interrupted/report/report.html')}`)
    expect(
      JSON.parse(await readFile(join(root, 'interrupted/manifest.json'), 'utf8')).files.length,
    ).toBeGreaterThan(1)
  })

  it('says how many of the images that a model is judged on it was fitted on, or chosen on', async () => {
    const evaluate = async (...args: string[]) =>
      (await zoidberg('evaluate', '--model', join(root, 'whole'), '--data', data(), ...args).ended).out
    const { data: all } = JSON.parse(await evaluate('--json'))
    const { data: held } = JSON.parse(await evaluate('--json', '--part', 'validation'))
    expect(held.seen).toEqual({ fitted: 0, chosen: held.images })
    expect(all.seen).toEqual({ fitted: all.images - held.images, chosen: held.images })
    expect(await evaluate()).toContain(`warning: the model was fitted on ${all.seen.fitted} of these`)
    expect(await evaluate('--part', 'validation')).toContain('the figures flatter')
  })

  it('goes on from a trained network, with a new head where the classes are others', async () => {
    const more = await train('more', '--from', join(root, 'whole'), '--epochs', '1').ended
    expect(more.code, more.err).toBe(0)
    const of = async (run: string) => JSON.parse(await readFile(join(root, run, 'manifest.json'), 'utf8'))
    const [parent, child] = [await of('whole'), await of('more')]
    expect(child.training.command).toContain(`--from ${parent.id}`)
    expect(child.training.images).toEqual(parent.training.images)
    const history = JSON.parse(await readFile(join(root, 'more/report/history.json'), 'utf8'))
    const before = JSON.parse(await readFile(join(root, 'whole/report/history.json'), 'utf8'))
    expect(history[0].loss, 'the first epoch begins where the parent ended').toBeLessThan(before[0].loss)

    const other = await train('other', '--from', join(root, 'whole'), '--epochs', '1', '--task', 'binary')
      .ended
    expect(other.code, other.err).toBe(0)
    const wrong = await train('wrong', '--from', join(root, 'whole'), '--set', 'width=8').ended
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/other sizes|another network/)])
    const folds = await train('judged', '--from', join(root, 'whole'), '--folds', '2').ended
    expect([folds.code, folds.err]).toEqual([
      2,
      expect.stringMatching(/was fitted on \d+ of the \d+ validation/),
    ])
    const missing = await train('missing', '--from', join(root, 'nothing')).ended
    expect(missing.err).toContain('is no folder of a finished run')
  })

  it('shows no line of TensorFlow, and all of its own', async () => {
    // By the pipe of a shell: those of Node are sockets, which nothing can open twice.
    const command = [process.execPath, CLI, 'train', '--data', data(), '--model', 'mlp', '--size', '32']
    const words = [...command, '--epochs', '1', '--out', join(root, 'quiet')]
    const { stdout: err } = spawnSync(`${words.join(' ')} 2>&1 >/dev/null | cat`, {
      shell: true,
      encoding: 'utf8',
    })
    expect(err).not.toMatch(/oneDNN|absl|tensorflow/i)
    expect(err).toMatch(/epoch 1\/1: loss [\d.]+ accuracy [\d.]+ % \| validation/)
  })

  it('tells of two runs on few images that they cannot be told apart, and where the page is', async () => {
    const runs = [join(root, 'whole'), join(root, 'killed')]
    const compare = (...args: string[]) =>
      zoidberg('compare', ...runs, '--out', join(root, 'compared'), ...args).ended
    const { out, err } = await compare()
    expect(out).toMatch(/^Differences are from whole, in points, on the same \d+ images/m)
    expect(out).toMatch(/^killed against whole: not enough images to tell\.$/m)
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    expect(await readFile(join(root, 'compared/differences.svg'), 'utf8')).toMatch(
      /<title>[^<]*name: killed</,
    )
    expect(lastLine(err)).toBe(`Report: ${join(root, 'compared/compare.html')}`)
    const { comparisons } = JSON.parse((await compare('--json')).out)
    expect(comparisons).toMatchObject([
      { name: 'killed', verdict: 'not enough images to tell', against: 'whole' },
    ])
  })

  it('shows every plot in the run folder and in a page that opens without a network', async () => {
    const run = join(root, 'whole/report')
    const html = await readFile(join(run, 'report.html'), 'utf8')
    expect(html).not.toMatch(/<script|<link|src="http|href="http/)
    for (const plot of [
      'training-curves',
      'ranking-curves',
      'confusion',
      'confusion-three-class',
      'reliability',
      'samples',
      'worst-mistakes',
    ])
      expect(html).toContain(await readFile(join(run, `${plot}.svg`), 'utf8'))
    expect(html).toContain('weighted avg')
    expect(html).toContain('Youden')
    expect(html).not.toMatch(/\b(100\.0|0\.0) %/)
  })

  it('cross-validates by patients, goes on where it stopped, and refuses the folds of another', async () => {
    const folds = (n: string) => train('folds', '--epochs', '2', '--folds', n)
    const first = folds('2')
    while (!first.output.err.includes('epoch 1/2')) await sleep(20)
    first.child.kill('SIGKILL')
    await first.ended
    const other = await folds('3').ended
    expect(other.err).toMatch(/the checkpoint is of .+ split/)
    expect(other.code).toBe(2)

    const whole = await folds('2').ended
    expect(whole.code).toBe(0)
    expect(whole.err).toContain('epoch 2/2')
    expect(whole.err).toMatch(/Cross-validates resnet .+ in 2 folds: each trains on about \d+ images/)
    expect(lastLine(whole.err)).toBe(`Report: ${join(root, 'folds/fold-2/report/report.html')}`)
    expect(JSON.parse(whole.out)).toMatchObject({
      schema: 1,
      folds: [{ fold: '1' }, { fold: '2' }],
      mean: { rocAuc: expect.any(Number) },
    })
    const { folds: rows, std } = JSON.parse(whole.out)
    // Of a sample of two: divided by n - 1.
    expect(std.rocAuc).toBeCloseTo(Math.abs(rows[0].rocAuc - rows[1].rocAuc) / Math.SQRT2, 12)
    const again = await folds('2').ended
    expect(again.err).not.toContain('epoch')
    expect(again.out).toBe(whole.out)
    expect((await folds('3').ended).err).toMatch(/belongs to another cross-validation/)
  })

  it('makes no ensemble with a member that is not finished, of another data set, or trained on what validates', async () => {
    const ensemble = (member: string, other = 'whole') =>
      zoidberg(
        'ensemble',
        join(root, other),
        join(root, member),
        '--data',
        data(),
        '--out',
        join(root, 'none'),
      ).ended
    const unfinished = await ensemble('interrupted')
    expect(unfinished.err).toMatch(/interrupted is not finished; finish it with --resume first/)
    expect(unfinished.code).toBe(2)
    expect((await ensemble('folds/fold-1')).err).toMatch(/fold-1 was fitted on images that validate here/)
    const fold = await ensemble('folds/fold-1', 'folds/fold-1')
    expect(fold.err).toMatch(/fold-1 was fitted on images that validate here: it is a fold/)
    expect(fold.code).toBe(2)
  })

  it.each(['halfSize', 'hiddenLungs'])('says which networks can be trained with %s', async (setting) => {
    const { code, err } = await train(`dense-${setting}`, '--model', 'cnn', '--set', `${setting}=0.5`).ended
    expect(err).toContain(`${setting} is for networks with an activation map`)
    expect(code).toBe(2)
  })

  describe('says what is wrong with a data set of', () => {
    const copy = async (name: string, change: (files: string[]) => Promise<unknown>) => {
      const folder = join(root, name)
      await cp(data(), folder, { recursive: true })
      const files = await readdir(folder, { recursive: true, withFileTypes: true })
      await change(files.filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name)))
      return folder
    }
    const removeUnless = (keep: (file: string, i: number) => boolean) => (files: string[]) =>
      Promise.all(files.filter((file, i) => !keep(file, i)).map((file) => rm(file)))

    it.each<[string, (files: string[]) => Promise<unknown>, string[], RegExp]>([
      ['one class', removeUnless((file) => file.includes('NORMAL')), [], /no image of PNEUMONIA/],
      ['an empty class', removeUnless((file) => !file.includes('NORMAL')), [], /no image of NORMAL/],
      ['three images', removeUnless((_, i) => i < 3), [], /no image of/],
      ['more folds than patients', async () => {}, ['--folds', '500'], /more than there are patients/],
      [
        'no bacterial or viral names',
        (files) =>
          Promise.all(
            files
              .filter((file) => file.includes('PNEUMONIA'))
              .map((file, i) => rename(file, join(dirname(file), `p${i}.jpeg`))),
          ),
        ['--task', 'three-class'],
        /is labelled PNEUMONIA, which is none of NORMAL, BACTERIA, VIRUS; train with --task binary/,
      ],
    ])('%s', async (name, change, args, message) => {
      const out = `run of ${name}`
      const { code, err } = await train(out, '--data', await copy(name, change), ...args).ended
      expect(err).toMatch(message)
      expect(err).not.toMatch(/^ {4}at /m)
      expect(code).toBe(2)
      // What failed leaves no folder.
      expect(await readdir(root)).not.toContain(out)
    })

    it('a file that is cut off, by name, and trains on the rest', async () => {
      const folder = await copy('cut off', (files) =>
        truncate(files.find((file) => file.endsWith('.jpeg')) as string, 300),
      )
      const { code, err } = await train('run of cut off', '--data', folder, '--epochs', '1').ended
      expect(err).toMatch(/unreadable: .+\.jpeg: /)
      expect(code).toBe(0)
    })
  })

  it('says where it cannot write', async () => {
    await writeFile(join(root, 'a file'), '')
    const { code, err } = await train('a file').ended
    expect(err).toMatch(/cannot write into .+a file: /)
    expect(code).toBe(2)
  })

  it.each([
    [['train'], /required option/],
    [['train', '--data', '/nowhere', '--out', '/tmp/never'], /cannot read the folder/],
    [['train', '--data', 'x', '--out', 'y', '--model', 'gpt'], /no model "gpt"/],
    [['train', '--data', 'x', '--out', 'y', '--epochs', '-3'], /whole number/],
    [['evaluate', '--model', '/nowhere', '--data', 'x'], /no folder, no gs:\/\/ address and no channel/],
    [['evaluate', '--model', 'mistyped', '--data', 'x'], /There is no folder mistyped/],
    [['train', '--data', 'x', '--out', 'y', '--size', '12'], /a whole number of pixels from 16 to 512/],
    [['publish', '/nowhere'], /no finished run/],
    [['dance'], /unknown command/],
  ])('%j is bad usage', async (args, message) => {
    const { code, err } = await zoidberg(...args).ended
    expect(err).toMatch(message)
    expect(code).toBe(2)
  })
})
