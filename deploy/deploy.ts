/** Creates what Zoidberg needs in a Google Cloud project and deploys it. Every step can be repeated, so it can be run again. */
import { type StdioOptions, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs, parseEnv } from 'node:util'
import { installPackages, root } from '../scripts/lib/install.ts'

const HELP = `npm run deploy -- --project ID    creates what is missing in the project, builds the job's image, deploys everything

  --project ID       a Firebase project with billing
  --region REGION    of functions, job, bucket and database (us-central1)
  --bucket NAME      of models and data sets (ID-zoidberg)
  --gpu              the job on an L4 instead of CPUs
  --dry-run          shows the commands and runs none
  --help             this

Needs gcloud and firebase, signed in as somebody who owns the project:
  gcloud auth login && gcloud auth application-default login && npx firebase login`

const APIS = [
  'iam',
  'run',
  'cloudfunctions',
  'cloudbuild',
  'artifactregistry',
  'cloudscheduler',
  'eventarc',
  'firestore',
  'storage',
  'identitytoolkit',
  'firebaserules',
  'firebasehosting',
]

/** @property accounts roles on the accounts that it deploys for */
type Roles = { project: string[]; bucket: string[]; job: string[]; accounts?: string[] }

/** Accounts and their roles; docs/deployment.md says why each has each. */
export const ACCOUNTS: Record<string, Roles> = {
  'zoidberg-functions': {
    project: ['roles/datastore.user', 'roles/firebaseauth.viewer'],
    bucket: ['roles/storage.objectUser'],
    job: ['roles/run.jobsExecutorWithOverrides'],
  },
  'zoidberg-job': { project: ['roles/datastore.user'], bucket: ['roles/storage.objectUser'], job: [] },
  'zoidberg-build': { project: ['roles/cloudbuild.builds.builder'], bucket: [], job: [] },
  'zoidberg-deployer': {
    project: [
      'roles/cloudfunctions.admin',
      'roles/run.admin',
      'roles/cloudscheduler.admin',
      'roles/firebasehosting.admin',
      'roles/firebaserules.admin',
      'roles/cloudbuild.builds.editor',
      'roles/serviceusage.serviceUsageConsumer',
    ],
    bucket: [],
    job: [],
    accounts: ['roles/iam.serviceAccountUser'],
  },
}
/** Whom the deployer may act as: what it deploys and builds runs as these. */
const ACTED_AS = ['zoidberg-functions', 'zoidberg-job', 'zoidberg-build']

type Place = { project: string; region: string; bucket: string }

/** @property unless the command that finds it there already */
type Step = { title: string; command: string[]; unless?: string[] }

/**
 * @param gpu whether the job gets an L4
 * @param jobFile path of job.yaml with this place filled in
 * @returns every step in order
 */
export function stepsOf({ project, region, bucket }: Place, gpu: boolean, jobFile: string): Step[] {
  const gcloud = (...args: string[]) => ['gcloud', ...args, `--project=${project}`, '--quiet']
  const email = (account: string) => `${account}@${project}.iam.gserviceaccount.com`
  const target = gpu ? 'gpu' : 'cpu'
  const image = `${region}-docker.pkg.dev/${project}/zoidberg/job:${target}`
  const accounts = Object.entries(ACCOUNTS)
  const bind = (title: string, command: string[]): Step => ({ title, command: gcloud(...command) })
  return [
    { title: 'APIs', command: gcloud('services', 'enable', ...APIS.map((api) => `${api}.googleapis.com`)) },
    {
      title: 'database',
      unless: gcloud('firestore', 'databases', 'describe', '--database=(default)'),
      command: gcloud(
        'firestore',
        'databases',
        'create',
        '--database=(default)',
        `--location=${region}`,
        '--type=firestore-native',
      ),
    },
    {
      title: 'bucket',
      unless: gcloud('storage', 'buckets', 'describe', `gs://${bucket}`),
      command: gcloud(
        'storage',
        'buckets',
        'create',
        `gs://${bucket}`,
        `--location=${region}`,
        '--uniform-bucket-level-access',
        '--public-access-prevention',
      ),
    },
    {
      title: 'image repository',
      unless: gcloud('artifacts', 'repositories', 'describe', 'zoidberg', `--location=${region}`),
      command: gcloud(
        'artifacts',
        'repositories',
        'create',
        'zoidberg',
        `--location=${region}`,
        '--repository-format=docker',
      ),
    },
    ...accounts.map(([account]) => ({
      title: `account ${account}`,
      unless: gcloud('iam', 'service-accounts', 'describe', email(account)),
      command: gcloud('iam', 'service-accounts', 'create', account),
    })),
    ...accounts.flatMap(([account, roles]) => [
      ...roles.project.map((role) =>
        bind(`${account}: ${role}`, [
          'projects',
          'add-iam-policy-binding',
          project,
          `--member=serviceAccount:${email(account)}`,
          `--role=${role}`,
          '--condition=None',
        ]),
      ),
      ...roles.bucket.map((role) =>
        bind(`${account}: ${role} on the bucket`, [
          'storage',
          'buckets',
          'add-iam-policy-binding',
          `gs://${bucket}`,
          `--member=serviceAccount:${email(account)}`,
          `--role=${role}`,
        ]),
      ),
      ...(roles.accounts ?? []).flatMap((role) =>
        ACTED_AS.map((other) =>
          bind(`${account}: ${role} on ${other}`, [
            'iam',
            'service-accounts',
            'add-iam-policy-binding',
            email(other),
            `--member=serviceAccount:${email(account)}`,
            `--role=${role}`,
          ]),
        ),
      ),
    ]),
    {
      title: "the job's image",
      command: gcloud(
        'builds',
        'submit',
        '.',
        '--config=deploy/cloudbuild.yaml',
        `--substitutions=_IMAGE=${image},_TARGET=${target}`,
        `--service-account=projects/${project}/serviceAccounts/${email('zoidberg-build')}`,
      ),
    },
    // Before the job, which may publish what older functions cannot read.
    {
      title: 'functions, page and rules',
      command: [
        'firebase',
        'deploy',
        `--project=${project}`,
        '--only=functions,hosting,firestore',
        '--non-interactive',
        '--force',
      ],
    },
    { title: 'job', command: gcloud('run', 'jobs', 'replace', jobFile, `--region=${region}`) },
    ...accounts.flatMap(([account, roles]) =>
      roles.job.map((role) =>
        bind(`${account}: ${role} on the job`, [
          'run',
          'jobs',
          'add-iam-policy-binding',
          'zoidberg',
          `--region=${region}`,
          `--member=serviceAccount:${email(account)}`,
          `--role=${role}`,
        ]),
      ),
    ),
  ]
}

/**
 * job.yaml for a place.
 *
 * @throws Error naming a placeholder that nothing fills
 */
export function renderJob(template: string, { project, region, bucket }: Place): string {
  const values: Record<string, string> = { PROJECT: project, REGION: region, BUCKET: bucket }
  return template.replaceAll(/^(?!#)(.*)$/gm, (line) =>
    line.replaceAll(/\$\{(\w+)\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`job.yaml has an unknown \${${name}}`)
      return values[name]
    }),
  )
}

/** The functions' parameters, so that the deploy asks nothing. What is there is kept. */
function writeParameters({ project, region, bucket }: Place, isDry: boolean): void {
  const path = join(root, 'functions', `.env.${project}`)
  if (existsSync(path)) return
  const lines = [
    `ZOIDBERG_REGION=${region}`,
    `ZOIDBERG_BUCKET=${bucket}`,
    'ZOIDBERG_MEMORY_MIB=2048',
    'ZOIDBERG_MIN_INSTANCES=0',
    'ZOIDBERG_MAX_INSTANCES=10',
    'ZOIDBERG_CONCURRENCY=8',
    'ZOIDBERG_CORS_ORIGINS=["*"]',
    'ZOIDBERG_ENFORCE_APP_CHECK=false',
    // Whole: the short form that functions take is not expanded for their schedules.
    `ZOIDBERG_SERVICE_ACCOUNT=zoidberg-functions@${project}.iam.gserviceaccount.com`,
    'ZOIDBERG_JOB=zoidberg',
  ]
  console.log(`# parameters\n${isDry ? 'would write' : 'writing'} functions/.env.${project}`)
  if (!isDry) writeFileSync(path, `${lines.join('\n')}\n`)
}

function run(command: string[], stdio: StdioOptions): { ok: boolean; stderr: string } {
  // The project's own firebase where there is no other.
  const PATH = [process.env.PATH, join(root, 'node_modules', '.bin')].join(delimiter)
  const { status, error, stderr } = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio,
    encoding: 'utf8',
    env: { ...process.env, PATH },
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new Error(`${command[0]} is not installed: https://cloud.google.com/sdk/docs/install`)
  return { ok: status === 0, stderr: String(stderr ?? '') }
}

/** As a shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)

const isMissing = (stderr: string): boolean => /not.?found|does not exist|404/i.test(stderr)

function deploy(place: Place, gpu: boolean, isDry: boolean): void {
  const template = readFileSync(join(root, 'deploy', gpu ? 'job.gpu.yaml' : 'job.yaml'), 'utf8')
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-deploy-'))
  const jobFile = join(folder, 'job.yaml')
  try {
    writeFileSync(jobFile, renderJob(template, place))
    writeParameters(place, isDry)
    for (const { title, unless, command } of stepsOf(place, gpu, jobFile)) {
      console.log(`# ${title}${unless && isDry ? ', unless it is there' : ''}`)
      if (!isDry && unless) {
        const found = run(unless, ['ignore', 'ignore', 'pipe'])
        if (found.ok) {
          console.log('is there')
          continue
        }
        if (!isMissing(found.stderr)) throw new Error(`cannot look for the ${title}: ${found.stderr.trim()}`)
      }
      console.log(command.map(quoted).join(' '))
      if (!isDry && !run(command, 'inherit').ok)
        throw new Error(`${title} failed; mend it and run this again`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  console.log(`
Next: GCLOUD_PROJECT=${place.project} ZOIDBERG_BUCKET=${place.bucket} npx zoidberg publish models/default
      GCLOUD_PROJECT=${place.project} npx zoidberg data push DIR gs://${place.bucket}/datasets/NAME
      GCLOUD_PROJECT=${place.project} npx zoidberg admin grant EMAIL`)
}

/** What an earlier deploy wrote, or nothing. */
function readParameters(project: string): NodeJS.Dict<string> {
  const path = join(root, 'functions', `.env.${project}`)
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {}
}

function assertRewrites(region: string): void {
  const rewrites: { source: string; function?: { region: string } }[] = JSON.parse(
    readFileSync(join(root, 'firebase.json'), 'utf8'),
  ).hosting.rewrites
  const other = rewrites.find((rewrite) => rewrite.function && rewrite.function.region !== region)
  if (other?.function)
    throw new TypeError(
      `firebase.json sends ${other.source} to ${other.function.region}: name ${region} there first`,
    )
}

function main(): void {
  const { values } = parseArgs({
    options: {
      project: { type: 'string' },
      region: { type: 'string' },
      bucket: { type: 'string' },
      gpu: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const { project = '', gpu } = values
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project))
    throw new TypeError(`--project must be a project id, not "${project}"`)
  if (project.startsWith('demo-')) throw new TypeError('demo-* projects exist only in the emulators')
  const known = readParameters(project)
  const choose = (option: string | undefined, variable: string, otherwise: string): string => {
    const before = known[variable]
    if (before === '')
      throw new TypeError(
        `functions/.env.${project} leaves ${variable} empty: job and functions would part; name it`,
      )
    if (before && option && option !== before)
      throw new TypeError(`functions/.env.${project} says ${variable}=${before}: change it there first`)
    return option ?? before ?? otherwise
  }
  const place = {
    project,
    region: choose(values.region, 'ZOIDBERG_REGION', 'us-central1'),
    bucket: choose(values.bucket, 'ZOIDBERG_BUCKET', `${project}-zoidberg`),
  }
  assertRewrites(place.region)
  if (!values['dry-run']) installPackages('all')
  deploy(place, gpu, values['dry-run'])
}

if (process.argv[1] === import.meta.filename) {
  try {
    main()
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = error instanceof TypeError ? 2 : 1
  }
}
