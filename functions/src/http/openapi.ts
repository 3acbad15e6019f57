/** The API as OpenAPI 3.1, made of the schemas that validate it. A test compares it with the routes. */
import {
  cardSchema,
  cardsSchema,
  gallerySchema,
  healthSchema,
  readinessSchema,
} from '@zoidberg/core/contract/card.ts'
import {
  listDatasetsSchema,
  listModelsSchema,
  promoteSchema,
  readCountersSchema,
  readModelSchema,
  rollbackSchema,
  setCanarySchema,
} from '@zoidberg/core/contract/channel.ts'
import { ANSWERS, INBOX } from '@zoidberg/core/contract/inbox.ts'
import { predictCallSchema, predictionSchema, predictionsSchema } from '@zoidberg/core/contract/prediction.ts'
import { PROBLEMS, type ProblemType, problemSchema } from '@zoidberg/core/contract/problems.ts'
import { cancelRunSchema, retrainSchema } from '@zoidberg/core/contract/run.ts'
import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { SERVING_DATABASE } from '../serving/tallies.ts'

const named = <T extends z.ZodType>(id: string, schema: T): T => schema.meta({ id }) as T
const problem = named('Problem', problemSchema)
const health = z.union([named('Health', healthSchema), named('Readiness', readinessSchema)])
const card = named('Card', cardSchema)

const ABOUT =
  'A chest X-ray classifier. Not a medical device. Fields may be added at any time; what is there keeps its name and meaning.'
const INBOX_EXAMPLE = `## A folder that answers

What an app puts into its folder of the inbox is answered without anybody waiting, and deleted:

\`\`\`js
const answers = collection(getFirestore(app, '${SERVING_DATABASE}'), '${ANSWERS}')
const name = crypto.randomUUID() + '.jpeg'
const mine = query(answers, where('uid', '==', user.uid), where('file', '==', name))
onSnapshot(mine, ({ docs: [answer] }) => answer && show(answer.data()))
await uploadBytes(ref(getStorage(app, 'gs://PROJECT-zoidberg-inbox'), '${INBOX}/' + user.uid + '/' + name), file)
\`\`\``

type Security = Record<string, string[]>[]
const ANYBODY: Security = [{}, { appCheck: [] }, { idToken: [] }]
const ADMIN: Security = [{ idToken: [] }]
const json = (schema: z.ZodType, example?: object) => ({
  'application/json': { schema, ...(example ? { example } : {}) },
})
const ok = (description: string, schema: z.ZodType) => ({ description, content: json(schema) })

/** Answers that a path may give besides the good one. */
function problems(...types: ProblemType[]) {
  const byStatus = Map.groupBy(types, (type) => String(PROBLEMS[type].status))
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      status,
      {
        description: of.map((type) => PROBLEMS[type].title).join(', '),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  )
}

const OF_IMAGES = ['not-an-image', 'bad-request', 'unsupported-type', 'too-large', 'not-found'] as const
const OF_SERVER = ['too-many-requests', 'model-unavailable', 'internal'] as const
const id = (what: string) => z.object({ id: z.string().describe(what) })

const predict: ZodOpenApiOperationObject = {
  summary: 'Predicts one to sixteen X-rays',
  tags: ['predict'],
  security: ANYBODY,
  requestParams: {
    query: z.object({
      model: z.string().optional().describe('a channel, or the id of a model that a channel names'),
      explain: z.literal('1').optional().describe('adds a map of the evidence'),
      operatingPoint: z
        .string()
        .optional()
        .describe("a threshold by its name; the model's default if left out"),
    }),
    header: z.object({
      'X-Zoidberg-Caller': z
        .string()
        .optional()
        .describe('stays the same for one client, so that a canary always or never answers it'),
    }),
  },
  requestBody: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: z.object({
          image: z
            .array(z.string().meta({ format: 'binary' }))
            .describe('JPEG, PNG, WebP or DICOM, 10 MB each'),
        }),
      },
      'image/jpeg': { schema: z.string().meta({ format: 'binary' }) },
      'image/png': { schema: z.string().meta({ format: 'binary' }) },
      'image/webp': { schema: z.string().meta({ format: 'binary' }) },
      'application/dicom': { schema: z.string().meta({ format: 'binary' }) },
    },
  },
  responses: {
    '200': ok('A prediction for each file, in their order', named('Predictions', predictionsSchema)),
    ...problems(...OF_IMAGES, 'unauthenticated', ...OF_SERVER),
  },
}

const get = (summary: string, schema: z.ZodType, more: Partial<ZodOpenApiOperationObject> = {}) => ({
  summary,
  tags: ['models'],
  responses: { '200': ok(summary, schema), ...problems(...OF_SERVER) },
  ...more,
})

const PATHS: ZodOpenApiPathsObject = {
  '/api/predict': { post: predict },
  '/api/models': { get: get('The models that channels name', named('Cards', cardsSchema)) },
  '/api/models/{id}': {
    get: get('The card of a model', card, {
      requestParams: { path: id('of a model') },
      responses: { '200': ok('The card', card), ...problems('not-found', ...OF_SERVER) },
    }),
  },
  '/api/samples': { get: get('The gallery of the production model', named('Gallery', gallerySchema)) },
  '/api/samples/{id}': {
    get: {
      summary: 'An X-ray of the gallery',
      tags: ['models'],
      requestParams: { path: id('of a sample') },
      responses: {
        '200': {
          description: 'A JPEG',
          content: { 'image/jpeg': { schema: z.string().meta({ format: 'binary' }) } },
        },
        ...problems('not-found', ...OF_SERVER),
      },
    },
  },
  '/api/problems/{type}': {
    get: {
      summary: 'What a problem means, and what to do',
      tags: ['operations'],
      requestParams: {
        path: z.object({ type: z.enum(Object.keys(PROBLEMS)).describe('the last word of its `type`') }),
      },
      responses: {
        '200': { description: 'A few sentences', content: { 'text/plain': { schema: z.string() } } },
        ...problems('not-found'),
      },
    },
  },
  '/api/health': {
    get: {
      summary: 'Whether it can answer; an admin is told more',
      tags: ['operations'],
      security: [{}, { idToken: [] }],
      responses: Object.fromEntries(
        ['200', '503'].map((status) => [status, ok(status === '200' ? 'It can' : 'It cannot', health)]),
      ),
    },
  },
  '/api/openapi.json': {
    get: {
      summary: 'This document',
      tags: ['operations'],
      responses: { '200': ok('OpenAPI 3.1', z.looseObject({ openapi: z.string() })) },
    },
  },
}

/** What each callable takes and gives; `predict` is for everybody, the others for admins. */
const CALLABLES: Record<string, { takes: z.ZodType; gives: z.ZodType; summary: string; example?: object }> = {
  predict: {
    takes: predictCallSchema,
    gives: named('Prediction', predictionSchema),
    summary: 'Predicts one X-ray, as apps with a Firebase SDK call it',
  },
  retrain: {
    takes: retrainSchema,
    gives: z.looseObject({ runId: z.string(), state: z.string() }),
    summary: 'Starts a run',
  },
  cancelRun: {
    takes: cancelRunSchema,
    gives: z.looseObject({ runId: z.string(), state: z.string() }),
    summary: 'Ends a run',
  },
  promote: {
    takes: promoteSchema,
    gives: z.looseObject({ modelId: z.string() }),
    summary: 'Points a channel at a model',
  },
  rollback: {
    takes: rollbackSchema,
    gives: z.looseObject({ modelId: z.string() }),
    summary: 'Back to the model before',
  },
  setCanary: {
    takes: setCanarySchema,
    gives: z.looseObject({ modelId: z.string() }),
    summary: 'Lets a model answer a share of callers',
  },
  readCounters: {
    takes: readCountersSchema,
    gives: z.looseObject({ days: z.array(z.looseObject({})) }),
    summary: 'What models did day by day',
  },
  listModels: {
    takes: listModelsSchema,
    gives: z.looseObject({ models: z.array(z.looseObject({ id: z.string(), at: z.string() })) }),
    summary: 'The published models',
  },
  readModel: {
    takes: readModelSchema,
    gives: z.looseObject({ card, lineage: z.looseObject({}) }),
    summary: 'The card of any published model, how it was made, and its report',
  },
  listDatasets: {
    takes: listDatasetsSchema,
    gives: z.looseObject({ datasets: z.array(z.looseObject({ name: z.string(), images: z.int() })) }),
    summary: 'The data sets in the bucket',
  },
}

const callables: ZodOpenApiPathsObject = Object.fromEntries(
  Object.entries(CALLABLES).map(([name, { takes, gives, summary }]) => [
    `/${name}`,
    {
      post: {
        summary,
        tags: [name === 'predict' ? 'predict' : 'admin'],
        security: name === 'predict' ? ANYBODY : ADMIN,
        requestBody: { required: true, content: json(z.object({ data: takes })) },
        responses: {
          '200': ok('What it gives', z.object({ result: gives })),
          default: {
            description: 'An error, with the problem as its details',
            content: json(
              z.object({
                error: z.looseObject({
                  status: z.string(),
                  message: z.string(),
                  details: problem.optional(),
                }),
              }),
            ),
          },
        },
      },
    },
  ]),
)

/** @returns the document, as `/api/openapi.json` serves it */
export const openApiDocument = () =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Zoidberg',
      version: '1',
      description: `${ABOUT}\n\n${INBOX_EXAMPLE}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'predict' }, { name: 'models' }, { name: 'operations' }, { name: 'admin' }],
    components: {
      securitySchemes: {
        idToken: { type: 'http', scheme: 'bearer', description: 'An ID token of Firebase Authentication' },
        appCheck: { type: 'apiKey', in: 'header', name: 'X-Firebase-AppCheck' },
      },
    },
    paths: { ...PATHS, ...callables },
  })
