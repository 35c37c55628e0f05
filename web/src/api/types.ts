/** The names by which the pages know the server's types; all of them come from its OpenAPI document. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Session = Schemas['Session']
export type Me = Schemas['Me']
export type Named = Schemas['Named']
export type OrderItem = Schemas['OrderItem']
export type OrderDetail = Schemas['OrderDetail']
export type AssignmentOut = Schemas['AssignmentOut']
export type Action = Schemas['ActionOut']
export type ActionFieldSpec = Schemas['FieldOut']
export type TimelineEntry = Schemas['TimelineEntry']
export type Analysis = Schemas['AnalysisOut']
export type UnitCandidate = Schemas['UnitCandidate']
export type StateTables = Schemas['StatesOut']
export type Filing = Schemas['OrderIn']
export type Filed = Schemas['FiledOrder']
export type Progress = Schemas['PublicProgress']
export type Invitation = Schemas['InvitationOut']
export type UnitRow = Schemas['UnitOut']
export type PersonRow = Schemas['PersonOut']
export type CategoryRow = Schemas['CategoryOut']
