/** Folders as strangers have them: what is found, as what, and what is passed over. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type FindOptions, findFiles } from '@zoidberg/training/dataset/files.ts'
import { openSource } from '@zoidberg/training/dataset/source.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zoidberg-files-'))
})
afterAll(() => rm(root, { recursive: true }))

/** Paths, or a text for those that have one. */
async function find(paths: (string | [path: string, text: string])[], options?: FindOptions) {
  const folder = await mkdtemp(join(root, 'set-'))
  for (const entry of paths) {
    const [path, text] = typeof entry === 'string' ? [entry, 'image'] : entry
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const { files, classes, ignored } = await findFiles(await openSource(folder), options)
  return {
    classes,
    ignored,
    files: files.map(({ file, label, part, patient }) =>
      [file, label, part, patient].filter(Boolean).join(' '),
    ),
  }
}

describe('a folder of class folders', () => {
  it('has as many classes as folders, the negative one first', async () =>
    expect(
      await find(['Tuberculosis/a.png', 'No Finding/b.png', 'Lung Opacity/c.png', 'COVID-19/d.png']),
    ).toEqual({
      classes: ['NO_FINDING', 'COVID_19', 'LUNG_OPACITY', 'TUBERCULOSIS'],
      files: [
        'COVID-19/d.png COVID_19',
        'Lung Opacity/c.png LUNG_OPACITY',
        'No Finding/b.png NO_FINDING',
        'Tuberculosis/a.png TUBERCULOSIS',
      ],
      ignored: [],
    }))

  it('with train, valid and test, as Roboflow exports it, keeps what it says of parts', async () =>
    expect(
      await find([
        'README.dataset.txt',
        'train/Normal/a.jpg',
        'valid/Normal/b.jpg',
        'valid/Pneumonia/c.jpg',
        'test/Pneumonia/d.jpg',
        'extra/Normal/e.jpg',
      ]),
    ).toEqual({
      classes: ['NORMAL', 'PNEUMONIA'],
      files: [
        'test/Pneumonia/d.jpg PNEUMONIA test',
        'train/Normal/a.jpg NORMAL train',
        'valid/Normal/b.jpg NORMAL validation',
        'valid/Pneumonia/c.jpg PNEUMONIA validation',
      ],
      ignored: [{ path: 'extra', why: 'it lies beside test/, train/, valid/' }],
    }))

  it('may have a folder for each patient, which names them; masks and empty folders are passed over', async () => {
    const { files, ignored } = await find([
      'NORMAL/p1/a.png',
      'NORMAL/p1/visit2/b.png',
      'COVID/images/c.png',
      'COVID/masks/c.png',
      '.cache/x/y.png',
    ])
    expect(files).toEqual([
      'COVID/images/c.png COVID',
      'NORMAL/p1/a.png NORMAL p1',
      'NORMAL/p1/visit2/b.png NORMAL p1',
    ])
    expect(ignored).toEqual([{ path: 'COVID/masks', why: 'masks are no X-rays' }])
  })

  it('is found where one folder is all that an archive unpacks to, and that is no class', async () => {
    expect((await find(['archive/NORMAL/a.png', 'archive/TB/b.png'])).classes).toEqual(['NORMAL', 'TB'])
    expect((await find(['NORMAL/p1/a.png'])).files).toEqual(['NORMAL/p1/a.png NORMAL p1'])
  })

  it("tells bacterial from viral by Kermany's names only", async () =>
    expect(
      (
        await find([
          'NORMAL/a.png',
          'PNEUMONIA/person1_bacteria_1.jpeg',
          'PNEUMONIA/VIRUS-123-0001.jpeg',
          'PNEUMONIA/coronavirus.jpeg',
          'PNEUMONIA/no_bacteria_seen.jpeg',
        ])
      ).files,
    ).toEqual([
      'NORMAL/a.png NORMAL',
      'PNEUMONIA/VIRUS-123-0001.jpeg VIRUS',
      'PNEUMONIA/coronavirus.jpeg PNEUMONIA',
      'PNEUMONIA/no_bacteria_seen.jpeg PNEUMONIA',
      'PNEUMONIA/person1_bacteria_1.jpeg BACTERIA',
    ]))

  it('may have folders with the names of what every object has', async () =>
    expect((await find(['constructor/a.png', '__proto__/b.png', 'NORMAL/c.png'])).classes).toEqual([
      'NORMAL',
      'CONSTRUCTOR',
      'PROTO',
    ]))

  it('says which class is negative, or is told', async () => {
    const folders = ['Sick/a.png', 'Fine/b.png']
    await expect(find(folders)).rejects.toThrow(/Name it with --negative; there are FINE, SICK/)
    expect((await find(folders, { negative: 'fine' })).classes).toEqual(['FINE', 'SICK'])
    await expect(find(folders, { negative: 'good' })).rejects.toThrow(/no class "good"; there are FINE, SICK/)
    const many = Array.from({ length: 21 }, (_, i) => `class ${i}/a.png`)
    await expect(find(many, { negative: 'class 0' })).rejects.toThrow(/21 classes; there may be 20/)
  })

  it('must be there', () =>
    expect(find(['a.png'])).rejects.toThrow(/no images in class folders .+ no labels.csv/))
})

describe('a labels file', () => {
  it('says more than folders and names, and what does not fit to it is named', async () => {
    const table = `image,finding,patient_id,split
scans/1.png,No Finding,A7,train
scans/2.png,"Nodule, benign",A7,
scans/3.png,Effusion,B2,valid
./PNEUMONIA/4.png,Effusion,,test
scans/gone.png,Effusion,C1,test
`
    const { classes, files, ignored } = await find([
      ['labels.csv', table],
      'scans/1.png',
      'scans/2.png',
      'scans/3.png',
      'scans/extra.png',
      'PNEUMONIA/4.png',
    ])
    expect(classes).toEqual(['NO_FINDING', 'EFFUSION', 'NODULE_BENIGN'])
    expect(files).toEqual([
      'PNEUMONIA/4.png EFFUSION test',
      'scans/1.png NO_FINDING train A7',
      'scans/2.png NODULE_BENIGN A7',
      'scans/3.png EFFUSION validation B2',
    ])
    expect(ignored).toEqual([
      { path: 'scans/gone.png', why: 'labels.csv lists it, and it is not there' },
      { path: 'scans/extra.png', why: 'labels.csv does not list it' },
    ])
  })

  it.each([
    ['no label', 'path\na.png\n', /needs the columns path and label; it has path/],
    ['a path that leads out', 'path,label\n../a.png,X\n', /line 2: "..\/a.png" is no path below the folder/],
    ['an image twice', 'path,label\na.png,X\n./a.png,Y\n', /line 3: a.png is there twice/],
    ['a part that is none', 'path,label,split\na.png,X,later\n', /line 2: "later" is no part/],
    ['a name of a class that is none', 'path,label\na.png,--\n', /"--" cannot be the name of a class/],
    ['a row that is too long', 'path,label\na.png,X,Y\n', /cannot be read/],
    ['nothing that is there', 'path,label\nb.png,X\n', /lists no file that is there/],
  ])('with %s is refused by line', async (_, text, message) =>
    expect(find([['labels.csv', text], 'a.png'])).rejects.toThrow(message),
  )
})
