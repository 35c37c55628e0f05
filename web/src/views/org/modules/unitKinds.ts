/** Kinds of units, as the server knows them. */
export const UNIT_KINDS: Record<string, string> = {
  centre: '热线中心', bureau: '职能部门', district: '区县', street: '街道乡镇', community: '社区村', enterprise: '公用企业', sub_centre: '分中心', firm: '外包公司', emergency: '紧急热线',
}
