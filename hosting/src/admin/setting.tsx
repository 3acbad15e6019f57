import { useId } from 'react'
import { useSpeech } from '../words/speak.ts'
import type { Field } from './form.ts'

type Known = readonly { name: string; images: number }[]

/** One setting of a run, as the form asks for it; what is known is offered. */
export function Setting({ field, known }: { field: Field; known?: Known }) {
  const { t } = useSpeech()
  const id = useId()
  const { name, kind, description, initial } = field
  const words = t(`settings.${name}`, { defaultValue: description ? `${name}: ${description}` : name })
  if (kind === 'check')
    return (
      <label className="check">
        <input name={name} type="checkbox" defaultChecked={initial === true} /> {words}
      </label>
    )
  return (
    <label htmlFor={id}>
      {words}
      <Input id={id} field={field} />
      {known && (
        <datalist id={`${id}-known`}>
          {known.map(({ name, images }) => (
            <option key={name} value={name}>
              {t('start.images', { images })}
            </option>
          ))}
        </datalist>
      )}
    </label>
  )
}

function Input({ id, field }: { id: string; field: Field }) {
  const { t } = useSpeech()
  const { name, initial, isRequired } = field
  if (field.kind === 'choice')
    return (
      <select id={id} name={name} defaultValue={String(initial ?? '')} required={isRequired}>
        {initial === undefined && !isRequired && <option value="">{t('start.own')}</option>}
        {field.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    )
  const shown = initial === undefined || initial === null ? '' : String(initial)
  if (field.kind !== 'number')
    return <input id={id} name={name} list={`${id}-known`} required={isRequired} placeholder={shown} />
  const { min, max, isInteger } = field
  return (
    <input
      id={id}
      name={name}
      type="number"
      min={min}
      max={max}
      step={isInteger ? 1 : 'any'}
      required={isRequired}
      placeholder={shown}
    />
  )
}
