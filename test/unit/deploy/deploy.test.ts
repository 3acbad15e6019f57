/** What would be deployed, without a cloud: the image's recipe, the job's YAML, and the script with fake tools on PATH. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { MAX_RUN_ATTEMPTS } from '@zoidberg/core/run.ts'
import { validate } from 'dockerfile-utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ACCOUNTS, FUNCTIONS, renderJob } from '../../../deploy/deploy.ts'
import { copiesOf, ROOT, readStages } from '../../support/dockerfile.ts'

const place = { project: 'my-clinic', region: 'us-central1', bucket: 'my-bucket' }
const DIGEST = `sha256:${'0'.repeat(64)}`
const read = (name: string) => readFile(join(ROOT, name), 'utf8')
const jobOf = async (name: string) => parse(renderJob(await read(name), place, DIGEST))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zoidberg-deploy-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the image', () => {
  it('has a Dockerfile without a complaint', async () => {
    expect(validate(await read('deploy/Dockerfile'))).toEqual([])
  })
  it('comes from pinned bases, and runs as nobody special', async () => {
    const stages = await readStages()
    const own = new Set(stages.map(({ name }) => name))
    for (const { from } of stages) if (!own.has(from)) expect(from).toMatch(/:\d+\.\d+\.\d+/)
    for (const name of ['cpu', 'gpu']) {
      const stage = stages.find((s) => s.name === name)
      expect(stage?.instructions.find(({ keyword }) => keyword === 'USER')?.rest).toMatch(/^(node|job)$/)
    }
  })
  it('is built from an upload that leaves nothing out which it copies', async () => {
    // gcloud reads it as git reads its own.
    const upload = await mkdtemp(join(tmpdir(), 'zoidberg-upload-'))
    await execute('git', ['-C', upload, 'init', '--quiet'])
    await copyFile(join(ROOT, '.gcloudignore'), join(upload, '.gitignore'))
    const leftOut = async (...paths: string[]) => {
      const { out } = await execute('git', ['-C', upload, 'check-ignore', '--no-index', ...paths])
      return out.split('\n').filter(Boolean)
    }
    const made = [
      'models/default/model.json',
      'sheets/NORMAL.png',
      'RUN/report/samples.svg',
      'training/chest_xray/a.jpeg',
      'functions/.env.zoidberg',
      'deploy/deploy.ts',
      'core/node_modules/a.js',
    ]
    expect(await leftOut(...made)).toEqual(made)
    const { out } = await execute('git', [
      '-C',
      ROOT,
      'ls-files',
      'core',
      'training',
      'scripts/tensorflow.ts',
      'scripts/lib/fail.ts',
      'scripts/lib/pip.ts',
      'functions/package.json',
      'hosting/package.json',
      'package.json',
      'package-lock.json',
      '.npmrc',
    ])
    const files = out.trim().split('\n')
    expect(files).toContain('training/networks/default.ts')
    expect(await leftOut(...files)).toEqual([])
    await rm(upload, { recursive: true })
  })
  it('copies nothing that its ignore file keeps out', async () => {
    const allowed = (await read('deploy/Dockerfile.dockerignore'))
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    for (const stage of await readStages())
      for (const { from, sources } of copiesOf(stage))
        if (!from)
          for (const source of sources)
            expect(allowed.some((path) => source === path || source.startsWith(`${path}/`))).toBe(true)
  })
})

describe('the job', () => {
  it.each(['deploy/job.yaml', 'deploy/job.gpu.yaml'])(
    '%s is a Job of the Cloud Run API, by its published types',
    async (name) => {
      const source = `import type { run_v1 } from '@googleapis/run'
export const job: run_v1.Schema$Job = ${JSON.stringify(await jobOf(name))}
`
      // Beside the packages, where the compiler finds the types.
      const file = join(ROOT, 'node_modules', `.job-${process.pid}-${name.includes('gpu')}.ts`)
      await writeFile(file, source)
      try {
        const args = [
          '--noEmit',
          '--ignoreConfig',
          '--skipLibCheck',
          '--strict',
          '--module',
          'nodenext',
          file,
        ]
        const { code, out } = await execute(join(ROOT, 'node_modules/.bin/tsc'), args)
        expect(code, out).toBe(0)
      } finally {
        await rm(file)
      }
    },
    60_000,
  )
  it.each(['deploy/job.yaml', 'deploy/job.gpu.yaml'])(
    '%s agrees with the code on attempts, and leaves no placeholder',
    async (name) => {
      const job = await jobOf(name)
      const { template, taskCount } = job.spec.template.spec
      expect(template.spec.maxRetries).toBe(MAX_RUN_ATTEMPTS - 1)
      expect(taskCount).toBe(1)
      expect(JSON.stringify(job)).not.toContain('${')
      expect(template.spec.serviceAccountName).toBe('zoidberg-job@my-clinic.iam.gserviceaccount.com')
    },
  )
})

/** A pattern of .gitignore as a glob of whole paths. */
type Ended = { code: number; out: string; err: string }
const execute = (command: string, args: string[], env = process.env) =>
  new Promise<Ended>((resolve) =>
    execFile(command, args, { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    ),
  )

describe('the table of accounts in docs/deployment.md', () => {
  it('names every role that the script binds, with a reason, and no other', async () => {
    const page = await readFile(join(ROOT, 'docs/deployment.md'), 'utf8')
    const start = page.indexOf('| account | role | on |')
    const rows = page.slice(start, page.indexOf('\n\n', start)).split('\n').slice(2)
    let account = ''
    const named = rows.map((row) => {
      const [, name, role, on, reason] = row.split('|').map((cell) => cell.trim())
      account = name.replaceAll('`', '') || account
      expect(reason.length, row).toBeGreaterThan(10)
      return `${account} ${role.replaceAll('`', '')} ${on.replace('the ', '')}`
    })
    const bound = Object.entries(ACCOUNTS).flatMap(([account, { trigger, ...roles }]) => [
      ...Object.entries(roles).flatMap(([on, names]) => names.map((role) => `${account} ${role} ${on}`)),
      ...(trigger ? [`${account} ${trigger.role} ${trigger.service}`] : []),
    ])
    expect(named.toSorted()).toEqual(bound.toSorted())
  })
})

describe('npm run deploy', () => {
  const log = () => join(folder, 'calls')
  const params = join(ROOT, 'functions/.env.my-clinic')
  /** Fake tools that write down their calls; what is created is there the next time. */
  async function fake(failing = '', access = 'enforced True', functions = 'api') {
    const script = `#!/bin/sh
echo "$(basename "$0") $*" >> "${log()}"
case "$*" in
  *"${failing || 'nothing fails'}"*) echo "PERMISSION_DENIED: $*" >&2; exit 1 ;;
  *monitoring*list* | *budgets*list*) if [ -f "${folder}/created" ]; then echo there; fi ;;
  *images*describe*) echo "${DIGEST}" ;;
  *functions*list*) printf '%s\\n' ${functions} ;;
  *public_access_prevention*) echo "${access}" ;;
  *describe*) [ -f "${folder}/created" ] || { echo 'NOT_FOUND: no such thing' >&2; exit 1; } ;;
esac
`
    for (const name of ['gcloud', 'firebase']) {
      await writeFile(join(folder, name), script)
      await chmod(join(folder, name), 0o755)
    }
    await rm(log(), { force: true })
  }
  const deploy = (...args: string[]) =>
    execute(process.execPath, [join(ROOT, 'deploy/deploy.ts'), ...args], {
      ...process.env,
      PATH: [folder, process.env.PATH].join(delimiter),
    })
  const calls = async () => (await readFile(log(), 'utf8').catch(() => '')).trim().split('\n').filter(Boolean)
  const project = ['--project', 'my-clinic']
  afterAll(() => rm(params, { force: true }))

  it('only shows what it would do with --dry-run', async () => {
    await fake()
    const { code, out } = await deploy(...project, '--dry-run')
    expect(code).toBe(0)
    expect(await calls()).toEqual([])
    expect(out).toContain('gcloud storage buckets create gs://my-clinic-zoidberg')
    expect(out).toContain('firebase deploy --project=my-clinic')
  })
  it('creates everything, in an order that works', async () => {
    await fake()
    const { code, err } = await deploy(...project)
    expect(code, err).toBe(0)
    const order = [
      'gcloud services enable',
      'gcloud firestore databases create',
      'gcloud storage buckets create gs://my-clinic-zoidberg',
      'gcloud artifacts repositories create',
      'gcloud iam service-accounts create zoidberg-functions',
      'gcloud iam service-accounts create zoidberg-job',
      'gcloud projects add-iam-policy-binding',
      'gcloud builds submit',
      'firebase deploy',
      'gcloud run jobs replace',
      'gcloud run jobs add-iam-policy-binding',
      'gcloud monitoring dashboards create',
      'gcloud monitoring policies create',
      'gcloud monitoring uptime create',
    ]
    const made = (await calls()).filter((call) => !call.includes('describe'))
    const positions = order.map((start) => made.findIndex((call) => call.startsWith(start)))
    expect(positions).toEqual(positions.toSorted((a, b) => a - b))
    expect(positions).not.toContain(-1)
    for (const call of await calls()) expect(call).toMatch(/--project=my-clinic/)
    expect(made.filter((call) => call.startsWith('firebase deploy')).at(-1)).toContain(
      '.firebase-serving.json',
    )
    expect(existsSync(join(ROOT, '.firebase-serving.json')), 'is left behind').toBe(false)
    expect(made.find((call) => call.includes('create gs://my-clinic-zoidberg-inbox'))).toContain(
      '--soft-delete-duration=0',
    )
    expect(made.some((call) => call.includes('budgets create'))).toBe(false)
    const parameters = await readFile(params, 'utf8')
    expect(parameters).toContain('ZOIDBERG_BUCKET=my-clinic-zoidberg')
    expect(parameters).toContain(
      'ZOIDBERG_SERVICE_ACCOUNT=zoidberg-functions@my-clinic.iam.gserviceaccount.com',
    )
  })
  it('makes a budget where one is asked for', async () => {
    await fake()
    const budget = ['--budget', '50', '--billing-account', '012345-6789AB-CDEF01']
    expect((await deploy(...project, ...budget)).code).toBe(0)
    expect((await calls()).find((call) => call.includes('budgets create'))).toMatch(
      /--budget-amount=50 --filter-projects=projects\/my-clinic .*--billing-account=012345-6789AB-CDEF01/,
    )
  })
  it('refuses a bucket that may be public', async () => {
    await fake('', 'inherited True')
    const { code, err } = await deploy(...project)
    expect(code).toBe(1)
    expect(err).toContain('gs://my-clinic-zoidberg may be public')
  })
  it('knows every function that is deployed', async () => {
    const source = await read('functions/src/functions.ts')
    const exported = [...source.matchAll(/^export const (\w+) =/gm)].map(([, name]) => name)
    expect(FUNCTIONS.toSorted()).toEqual(exported.toSorted())
  })
  it('refuses a project that somebody else has functions in', async () => {
    await fake('', 'enforced True', 'api invoices')
    const { code, err } = await deploy(...project)
    expect(code).toBe(1)
    expect(err).toContain("my-clinic has functions that are not Zoidberg's")
  })
  it('names the image by its commit, and in the job by its digest', async () => {
    await fake()
    await deploy(...project)
    const [build] = (await calls()).filter((call) => call.includes('builds submit'))
    expect(build).toMatch(/_IMAGE=us-central1-docker.pkg.dev\/my-clinic\/zoidberg\/job:cpu-[0-9a-f]{12}/)
    expect((await jobOf('deploy/job.yaml')).spec.template.spec.template.spec.containers[0].image).toBe(
      `us-central1-docker.pkg.dev/my-clinic/zoidberg/job@${DIGEST}`,
    )
  })
  it('creates nothing a second time', async () => {
    await fake()
    await writeFile(join(folder, 'created'), '')
    await writeFile(params, 'ZOIDBERG_BUCKET=elsewhere\n')
    expect((await deploy(...project)).code).toBe(0)
    expect((await calls()).some((call) => call.includes('describe gs://elsewhere'))).toBe(true)
    expect((await calls()).filter((call) => / create /.test(call))).toEqual([])
    // What a later version asks for is added, and what is there is kept.
    const parameters = await readFile(params, 'utf8')
    expect(parameters).toMatch(/^ZOIDBERG_BUCKET=elsewhere\n/)
    expect(parameters.match(/^ZOIDBERG_BUCKET=/gm)).toHaveLength(1)
    expect(parameters).toContain('ZOIDBERG_INBOX_BUCKET=my-clinic-zoidberg-inbox\n')
    const split = await deploy(...project, '--bucket', 'another')
    expect(split).toMatchObject({ code: 2, err: expect.stringContaining('change it there first') })
  })
  it('stops where something fails, and says what', async () => {
    await fake('builds submit')
    const { code, err } = await deploy(...project)
    expect(code).toBe(1)
    expect(err).toContain("the job's image failed")
    expect((await calls()).at(-1)).toContain('builds submit')
    await fake('buckets describe')
    expect((await deploy(...project)).err).toMatch(/cannot look for the bucket \S+: PERMISSION_DENIED/)
  })
  it.each([
    [[], /--project must be/],
    [['--project', 'demo-zoidberg'], /only in the emulators/],
    [['--project', 'my-clinic', '--region', 'europe-west1'], /firebase.json sends/],
    [['--project', 'my-clinic; rm -rf /'], /--project must be/],
    [['--projekt', 'x'], /Unknown option/],
    [['--project', 'my-clinic', '--budget', 'much'], /a budget needs/],
  ])('%j is bad usage', async (args, message) => {
    await rm(params, { force: true })
    const { code, err } = await deploy(...args)
    expect(err).toMatch(message)
    expect(code).toBe(2)
  })
})
