/** Why what was typed in a field is not taken. */
export const Refused = ({ field, reason }: { field: string; reason: string | undefined }) =>
  reason ? (
    <small id={refusedOf(field)} className="problem-error" role="alert">
      {reason}
    </small>
  ) : null;

const refusedOf = (field: string): string => `${field}-refused`;

/** What describes a field, and whether it is wrong. `describedBy`: what describes it in any case. */
export const refusal = (field: string, reason: string | undefined, describedBy?: string) => ({
  "aria-describedby": [describedBy, reason ? refusedOf(field) : ""].filter(Boolean).join(" ") || undefined,
  "aria-invalid": reason ? true : undefined,
});
