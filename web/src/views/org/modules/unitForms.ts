import { abolishUnit, mergeUnit, moveUnit, renameUnit, splitUnit, updateUnit } from '@/api/admin'
import type { UnitRow } from '@/api/types'
import { field, today, type Asked } from '@/lib/asking'

import { UNIT_KINDS } from './unitKinds'

const effective = field('effective', '生效日期', 'date')
const basis = field('basis', '依据', 'text', { required: false, hint: '机构改革方案或通知的文号' })

/** What can be done to a unit; a change of the tree has its day and its basis. */
export function unitForms(unit: UnitRow, parent: string): Asked[] {
  if (unit.active_until) return []
  const { id, version } = unit
  const known = { effective: today() }
  return [
    {
      form: {
        action: 'update', label: '修改资料', danger: '',
        fields: [
          field('short_name', '简称', 'text', { required: false }),
          field('kind', '类型', 'choice', { choices: UNIT_KINDS }),
          field('code', '单位编码', 'text', { required: false }),
          field('division_code', '所辖区划代码', 'text', { required: false }),
          field('telephone', '值班电话', 'text', { required: false }),
          field('staff', '承办人数', 'number', { required: false }),
        ],
      },
      known: { short_name: unit.short_name, kind: unit.kind, code: unit.code, division_code: unit.division_code, telephone: unit.telephone, staff: unit.staff },
      said: '已修改',
      run: (values) =>
        updateUnit(id, {
          version, kind: values.kind as 'bureau', short_name: String(values.short_name ?? ''), code: String(values.code ?? ''),
          division_code: String(values.division_code ?? ''), telephone: String(values.telephone ?? ''), staff: Number(values.staff ?? 0),
        }),
    },
    {
      form: { action: 'rename', label: '更名', danger: '', fields: [field('name', '新名称', 'text', { hint: `“${unit.name}”留作曾用名，旧文件和规则照样认得` }), effective, basis] },
      known, said: '已更名', run: (values) => renameUnit(id, version, values),
    },
    {
      form: { action: 'move', label: '移动', danger: '', fields: [field('parent', '移到哪个单位之下', 'unit', { required: false, hint: `现在的上级：${parent || '无'}。不填即移到最上层；下属单位一并移动，数据范围随即改变` })] },
      said: '已移动', run: (values) => moveUnit(id, version, (values.parent as string | undefined) ?? null),
    },
    {
      form: {
        action: 'merge', label: '合并', danger: `${unit.name}自生效日起停用，名称指向接收单位；在办的工单仍由原单位办完，新派的归接收单位`,
        fields: [field('successor', '并入哪个单位', 'unit'), field('others', '同时并入的其他单位', 'units', { required: false }), effective, basis],
      },
      known, said: '已合并', run: (values) => mergeUnit(id, values),
    },
    {
      form: {
        action: 'split', label: '拆分', danger: `${unit.name}自生效日起停用；一项职责归谁，旧名称说不清，派单时由人选`,
        fields: [field('successors', '由哪些单位承接（两个以上）', 'units'), effective, basis],
      },
      known, said: '已拆分', run: (values) => splitUnit(id, values),
    },
    {
      form: { action: 'abolish', label: '撤销', danger: `${unit.name}自生效日起停用，不再派单`, fields: [field('successor', '由哪个单位承接', 'unit', { required: false }), effective, basis] },
      known, said: '已撤销', run: (values) => abolishUnit(id, values),
    },
  ]
}
