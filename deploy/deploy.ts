/** Creates what Zoidberg needs in a Google Cloud project and deploys it. Every step can be repeated, so it can be run again. */
import { type StdioOptions, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs, parseEnv } from 'node:util'
import { installPackages, root } from '../scripts/lib/install.ts'

const HELP = `npm run deploy -- --project ID    creates what is missing in the project, builds the job's image, deploys everything

  --project ID       a Firebase project with billing
  --region REGION    of functions, job, bucket and database (us-central1)
  --bucket NAME      of models and data sets (ID-zoidberg)
  --budget AMOUNT    a month, in the currency of --billing-account ID: its admins get a mail at half of it and at all of it
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
  'pubsub',
  'firestore',
  'storage',
  'firebasestorage',
  'billingbudgets',
  'identitytoolkit',
  'firebaserules',
  'firebasehosting',
  'monitoring',
  'cloudtrace',
]

/**
 * @property serving roles in the database of counters, rates and answers, and in no other
 * @property inbox roles on the bucket of uploads
 * @property trigger roles on the service of the function that its events call
 * @property accounts roles on the accounts that it deploys for
 */
type Roles = {
  project: string[]
  serving?: string[]
  bucket: string[]
  inbox?: string[]
  trigger?: { service: string; role: string }
  job: string[]
  accounts?: string[]
}

/** Accounts and their roles; docs/deployment.md says why each has each. */
export const ACCOUNTS: Record<string, Roles> = {
  'zoidberg-serving': {
    project: ['roles/datastore.viewer', 'roles/cloudtrace.agent', 'roles/eventarc.eventReceiver'],
    serving: ['roles/datastore.user'],
    bucket: ['roles/storage.objectViewer'],
    inbox: ['roles/storage.objectUser'],
    trigger: { service: 'inbox', role: 'roles/run.invoker' },
    job: [],
  },
  'zoidberg-functions': {
    project: ['roles/datastore.user', 'roles/firebaseauth.viewer', 'roles/eventarc.eventReceiver'],
    bucket: ['roles/storage.objectUser'],
    trigger: { service: 'runended', role: 'roles/run.invoker' },
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
/** What functions/src/functions.ts exports. */
export const FUNCTIONS = [
  'predict',
  'api',
  'retrain',
  'cancelRun',
  'promote',
  'rollback',
  'setCanary',
  'readCounters',
  'listModels',
  'readModel',
  'listDatasets',
  'inbox',
  'runEnded',
  'checkRuns',
  'collectModels',
]
/** SERVING_DATABASE of functions/src/serving/tallies.ts. */
const SERVING_DATABASE = 'serving'
/** Whom the deployer may act as: what it deploys and builds runs as these. */
const ACTED_AS = ['zoidberg-serving', 'zoidberg-functions', 'zoidberg-job', 'zoidberg-build']

type Place = { project: string; region: string; bucket: string }
type Budget = { account: string; amount: string }

/** Uploads have a bucket of their own: what answers them can change nothing else, and nothing else wakes it. */
const inboxOf = (project: string): string => `${project}-zoidberg-inbox`

/**
 * @property unless the command that finds it there already: it ends well, and prints something where `prints` says so
 * @property expect what the command must print, and what is wrong where it does not
 * @property keep what takes what the command prints
 */
type Step = {
  title: string
  command: string[]
  unless?: { command: string[]; prints?: boolean }
  expect?: { pattern: RegExp; otherwise: string }
  keep?(output: string): void
}

/**
 * @property gpu whether the job gets an L4
 * @property commit names the image
 * @property jobFile path of job.yaml
 * @property servingConfig path of the file that says which rules the database and the bucket of serving have
 * @property onDigest hears the digest of the image that was built, and writes that file
 */
type Options = {
  gpu: boolean
  commit: string
  jobFile: string
  servingConfig: string
  budget?: Budget
  onDigest(digest: string): void
}

/** @returns every step in order */
export function stepsOf({ project, region, bucket }: Place, options: Options): Step[] {
  const { gpu, commit, jobFile, servingConfig, budget, onDigest } = options
  const inbox = inboxOf(project)
  const gcloud = (...args: string[]) => ['gcloud', ...args, `--project=${project}`, '--quiet']
  const email = (account: string) => `${account}@${project}.iam.gserviceaccount.com`
  const target = gpu ? 'gpu' : 'cpu'
  const image = `${imageOf({ project, region })}:${target}-${commit}`
  const accounts = Object.entries(ACCOUNTS)
  const bind = (title: string, command: string[]): Step => ({ title, command: gcloud(...command) })
  return [
    { title: 'APIs', command: gcloud('services', 'enable', ...APIS.map((api) => `${api}.googleapis.com`)) },
    ...['(default)', SERVING_DATABASE].map((database) => ({
      title: `database ${database}`,
      unless: { command: gcloud('firestore', 'databases', 'describe', `--database=${database}`) },
      command: gcloud(
        'firestore',
        'databases',
        'create',
        `--database=${database}`,
        `--location=${region}`,
        '--type=firestore-native',
      ),
    })),
    ...['rates', 'predictions'].map((collection) => ({
      title: `old ${collection} are deleted`,
      command: gcloud(
        'firestore',
        'fields',
        'ttls',
        'update',
        'expiresAt',
        `--collection-group=${collection}`,
        `--database=${SERVING_DATABASE}`,
        '--enable-ttl',
        '--async',
      ),
    })),
    ...[bucket, inbox].flatMap((name) => [
      {
        title: `bucket ${name}`,
        unless: { command: gcloud('storage', 'buckets', 'describe', `gs://${name}`) },
        command: gcloud(
          'storage',
          'buckets',
          'create',
          `gs://${name}`,
          `--location=${region}`,
          '--uniform-bucket-level-access',
          '--public-access-prevention',
          // Otherwise what is deleted is kept for a week.
          ...(name === inbox ? ['--soft-delete-duration=0'] : []),
        ),
      },
      {
        title: `${name} is nobody else's to read`,
        command: gcloud(
          'storage',
          'buckets',
          'describe',
          `gs://${name}`,
          '--format=value(public_access_prevention,uniform_bucket_level_access)',
        ),
        expect: {
          pattern: /^enforced\s+True$/i,
          otherwise: `gs://${name} may be public or have rules for single files: X-rays and models lie there. Choose another with --bucket, or switch on public access prevention and uniform access.`,
        },
      },
    ]),
    {
      title: 'uploads that nothing answered are deleted after a day',
      command: gcloud(
        'storage',
        'buckets',
        'update',
        `gs://${inbox}`,
        '--lifecycle-file=deploy/inbox-lifecycle.json',
      ),
    },
    {
      title: 'image repository',
      unless: {
        command: gcloud('artifacts', 'repositories', 'describe', 'zoidberg', `--location=${region}`),
      },
      command: gcloud(
        'artifacts',
        'repositories',
        'create',
        'zoidberg',
        `--location=${region}`,
        '--repository-format=docker',
      ),
    },
    {
      title: 'the project has no functions of anybody else, whose rules and pages a deploy would replace',
      command: gcloud('functions', 'list', '--format=value(name.basename())'),
      expect: {
        pattern: new RegExp(`^(?:(?:${FUNCTIONS.join('|')})\\s*)*$`),
        otherwise: `${project} has functions that are not Zoidberg's: give it a project of its own.`,
      },
    },
    ...accounts.map(([account]) => ({
      title: `account ${account}`,
      unless: { command: gcloud('iam', 'service-accounts', 'describe', email(account)) },
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
      ...(roles.serving ?? []).map((role) =>
        bind(`${account}: ${role} in the database ${SERVING_DATABASE}`, [
          'projects',
          'add-iam-policy-binding',
          project,
          `--member=serviceAccount:${email(account)}`,
          `--role=${role}`,
          `--condition=title=serving,expression=resource.name=="projects/${project}/databases/${SERVING_DATABASE}"`,
        ]),
      ),
      ...[
        ...roles.bucket.map((role) => [bucket, role]),
        ...(roles.inbox ?? []).map((role) => [inbox, role]),
      ].map(([name, role]) =>
        bind(`${account}: ${role} on ${name}`, [
          'storage',
          'buckets',
          'add-iam-policy-binding',
          `gs://${name}`,
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
    {
      title: "the image's digest, which the job names: a tag can be moved",
      command: gcloud(
        'artifacts',
        'docker',
        'images',
        'describe',
        image,
        '--format=value(image_summary.digest)',
      ),
      expect: { pattern: /^sha256:[0-9a-f]{64}$/, otherwise: `there is no image ${image}` },
      keep: onDigest,
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
    {
      title: `rules of the database ${SERVING_DATABASE} and of ${inbox}`,
      command: [
        'firebase',
        'deploy',
        `--project=${project}`,
        '--only=firestore,storage',
        `--config=${servingConfig}`,
        '--non-interactive',
        '--force',
      ],
    },
    ...accounts.flatMap(([account, roles]) =>
      roles.trigger
        ? [
            bind(`${account}: ${roles.trigger.role} on ${roles.trigger.service}`, [
              'run',
              'services',
              'add-iam-policy-binding',
              roles.trigger.service,
              `--region=${region}`,
              `--member=serviceAccount:${email(account)}`,
              `--role=${roles.trigger.role}`,
            ]),
          ]
        : [],
    ),
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
    ...monitoring({ project, gcloud }),
    ...(budget ? [budgetStep(project, budget, gcloud)] : []),
  ]
}

/** Dashboard, alerts and the check from outside; those that are there by their names stay as they are. */
function monitoring({ project, gcloud }: { project: string; gcloud(...args: string[]): string[] }): Step[] {
  const folder = join(import.meta.dirname, 'monitoring')
  const nameOf = (file: string): string =>
    JSON.parse(readFileSync(join(folder, file), 'utf8')).displayName as string
  const listed = (kind: string, name: string) => ({
    command: gcloud(
      'monitoring',
      kind,
      ...(kind === 'uptime' ? ['list-configs'] : ['list']),
      `--filter=displayName="${name}"`,
      '--format=value(name)',
    ),
    prints: true,
  })
  const alerts = readdirSync(join(folder, 'alerts')).sort()
  return [
    {
      title: 'dashboard',
      unless: listed('dashboards', nameOf('dashboard.json')),
      command: gcloud(
        'monitoring',
        'dashboards',
        'create',
        `--config-from-file=${join('deploy/monitoring', 'dashboard.json')}`,
      ),
    },
    ...alerts.map((file) => ({
      title: `alert ${file}`,
      unless: listed('policies', nameOf(`alerts/${file}`)),
      command: gcloud(
        'monitoring',
        'policies',
        'create',
        `--policy-from-file=deploy/monitoring/alerts/${file}`,
      ),
    })),
    {
      title: 'check from outside',
      unless: listed('uptime', 'Zoidberg'),
      command: gcloud(
        'monitoring',
        'uptime',
        'create',
        'Zoidberg',
        '--resource-type=uptime-url',
        `--resource-labels=host=${project}.web.app,project_id=${project}`,
        '--path=/api/health',
        '--period=5',
      ),
    },
  ]
}

function budgetStep(
  project: string,
  { account, amount }: Budget,
  gcloud: (...args: string[]) => string[],
): Step {
  const name = `zoidberg ${project}`
  const budgets = (...args: string[]) => gcloud('billing', 'budgets', ...args, `--billing-account=${account}`)
  return {
    title: 'budget',
    unless: {
      command: budgets('list', `--filter=displayName="${name}"`, '--format=value(name)'),
      prints: true,
    },
    command: budgets(
      'create',
      `--display-name=${name}`,
      `--budget-amount=${amount}`,
      `--filter-projects=projects/${project}`,
      '--threshold-rule=percent=0.5',
      '--threshold-rule=percent=1.0',
    ),
  }
}

const imageOf = ({ project, region }: Omit<Place, 'bucket'>): string =>
  `${region}-docker.pkg.dev/${project}/zoidberg/job`

/**
 * job.yaml for a place.
 *
 * @param digest of the job's image
 * @throws Error naming a placeholder that nothing fills
 */
export function renderJob(template: string, { project, region, bucket }: Place, digest: string): string {
  const image = `${imageOf({ project, region })}@${digest}`
  const values: Record<string, string> = { PROJECT: project, IMAGE: image, BUCKET: bucket }
  return template.replaceAll(/^(?!#)(.*)$/gm, (line) =>
    line.replaceAll(/\$\{(\w+)\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`job.yaml has an unknown \${${name}}`)
      return values[name]
    }),
  )
}

/** Adds the functions' parameters that are missing, so that the deploy asks nothing. What is there is kept. */
function writeParameters({ project, region, bucket }: Place, isDry: boolean): void {
  const path = join(root, 'functions', `.env.${project}`)
  const lines = [
    `ZOIDBERG_REGION=${region}`,
    `ZOIDBERG_BUCKET=${bucket}`,
    `ZOIDBERG_INBOX_BUCKET=${inboxOf(project)}`,
    'ZOIDBERG_MEMORY_MIB=2048',
    'ZOIDBERG_MIN_INSTANCES=0',
    'ZOIDBERG_MAX_INSTANCES=10',
    'ZOIDBERG_CONCURRENCY=4',
    'ZOIDBERG_CORS_ORIGINS=["*"]',
    'ZOIDBERG_ENFORCE_APP_CHECK=false',
    'ZOIDBERG_MAILS=false',
    'ZOIDBERG_WEBHOOK=',
    'ZOIDBERG_TRACING=false',
    'ZOIDBERG_APP_CHECK_KEY=',
    'ZOIDBERG_RATE_ANONYMOUS=60',
    'ZOIDBERG_RATE_KNOWN=600',
    'ZOIDBERG_PROXIES=1',
    // Whole: the short form that functions take is not expanded for their schedules.
    `ZOIDBERG_SERVING_ACCOUNT=zoidberg-serving@${project}.iam.gserviceaccount.com`,
    `ZOIDBERG_SERVICE_ACCOUNT=zoidberg-functions@${project}.iam.gserviceaccount.com`,
    'ZOIDBERG_JOB=zoidberg',
  ]
  // firebase asks for what an earlier version had no parameter for, and nobody is there to answer.
  const known = readParameters(project)
  const missing = lines.filter((line) => known[line.split('=')[0]] === undefined)
  if (missing.length === 0) return
  console.log(
    `# parameters\n${isDry ? 'would write' : 'writing'} ${missing.length} to functions/.env.${project}`,
  )
  // Whoever changed the file may have left its last line open.
  const begun = existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n') ? '\n' : ''
  if (!isDry) appendFileSync(path, `${begun}${missing.join('\n')}\n`)
}

type Ended = { ok: boolean; stdout: string; stderr: string }

function run(command: string[], stdio: StdioOptions): Ended {
  // The project's own firebase where there is no other.
  const PATH = [process.env.PATH, join(root, 'node_modules', '.bin')].join(delimiter)
  const { status, error, stdout, stderr } = spawnSync(command[0], command.slice(1), {
    cwd: root,
    stdio,
    encoding: 'utf8',
    env: { ...process.env, PATH },
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new Error(`${command[0]} is not installed: https://cloud.google.com/sdk/docs/install`)
  return { ok: status === 0, stdout: String(stdout ?? ''), stderr: String(stderr ?? '') }
}

/** As a shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)

const isMissing = (stderr: string): boolean => /not.?found|does not exist|404/i.test(stderr)

function deploy(
  place: Place,
  { gpu, budget, isDry }: { gpu: boolean; budget?: Budget; isDry: boolean },
): void {
  const template = readFileSync(join(root, 'deploy', gpu ? 'job.gpu.yaml' : 'job.yaml'), 'utf8')
  const folder = mkdtempSync(join(tmpdir(), 'zoidberg-deploy-'))
  const jobFile = join(folder, 'job.yaml')
  // firebase reads rules only from below the folder of its configuration.
  const servingConfig = join(root, '.firebase-serving.json')
  try {
    writeParameters(place, isDry)
    if (!isDry) writeFileSync(servingConfig, servingRules(place))
    const onDigest = (digest: string) => writeFileSync(jobFile, renderJob(template, place, digest))
    for (const step of stepsOf(place, {
      gpu,
      commit: commitNow(),
      jobFile,
      servingConfig,
      budget,
      onDigest,
    })) {
      console.log(`# ${step.title}${step.unless && isDry ? ', unless it is there' : ''}`)
      if (isDry) console.log(step.command.map(quoted).join(' '))
      else take(step)
    }
  } finally {
    rmSync(folder, { recursive: true })
    rmSync(servingConfig, { force: true })
  }
  console.log(`
Next: GCLOUD_PROJECT=${place.project} ZOIDBERG_BUCKET=${place.bucket} npx zoidberg publish models/default
      GCLOUD_PROJECT=${place.project} npx zoidberg data push DIR gs://${place.bucket}/datasets/NAME
      GCLOUD_PROJECT=${place.project} npx zoidberg admin grant EMAIL`)
}

/** The same rules as the default database and bucket have: firebase.json can name only those, or the emulators have none. */
const servingRules = ({ project }: Place): string =>
  JSON.stringify({
    firestore: { database: SERVING_DATABASE, rules: 'firestore.rules' },
    storage: [{ bucket: inboxOf(project), rules: 'storage.rules' }],
  })

/** @throws Error naming the step that failed: nothing after it is done */
function take({ title, command, unless, expect, keep }: Step): void {
  if (unless) {
    const found = run(unless.command, ['ignore', 'pipe', 'pipe'])
    if (found.ok && (!unless.prints || found.stdout.trim() !== '')) {
      console.log('is there')
      return
    }
    if (!found.ok && !isMissing(found.stderr))
      throw new Error(`cannot look for the ${title}: ${found.stderr.trim()}`)
  }
  console.log(command.map(quoted).join(' '))
  const isRead = expect !== undefined || keep !== undefined
  const { ok, stdout } = run(command, isRead ? ['ignore', 'pipe', 'inherit'] : 'inherit')
  if (!ok) throw new Error(`${title} failed; mend it and run this again`)
  const printed = stdout.trim()
  if (expect && !expect.pattern.test(printed)) throw new Error(expect.otherwise)
  keep?.(printed)
}

/** Names the image. */
function commitNow(): string {
  const { ok, stdout } = run(['git', 'rev-parse', '--short=12', 'HEAD'], ['ignore', 'pipe', 'ignore'])
  return ok ? stdout.trim() : 'unknown'
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

function budgetOf(values: { budget?: string; 'billing-account'?: string }): Budget | undefined {
  const { budget: amount, 'billing-account': account } = values
  if (amount === undefined && account === undefined) return undefined
  if (!/^\d+$/.test(amount ?? '') || !/^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/.test(account ?? ''))
    throw new TypeError(
      'a budget needs --budget AMOUNT, a whole number, and --billing-account 012345-6789AB-CDEF01',
    )
  return { amount: amount as string, account: account as string }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      project: { type: 'string' },
      region: { type: 'string' },
      bucket: { type: 'string' },
      budget: { type: 'string' },
      'billing-account': { type: 'string' },
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
  deploy(place, { gpu, budget: budgetOf(values), isDry: values['dry-run'] })
}

if (process.argv[1] === import.meta.filename) {
  try {
    main()
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = error instanceof TypeError ? 2 : 1
  }
}
