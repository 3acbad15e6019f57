/** What the job costs. List prices of us-central1 in 2026, for 8 vCPU and 8 GiB of a task: cloud.google.com/run/pricing */

const VCPU_SECOND = 0.000018
const GIBIBYTE_SECOND = 0.000002
/** Of deploy/job.yaml. */
const VCPUS = 8
const GIBIBYTES = 8

/**
 * @param seconds that the execution takes
 * @param tasks that run at a time
 * @returns US dollars, without free tiers
 */
export const dollarsOf = (seconds: number, tasks = 1): number =>
  seconds * tasks * (VCPUS * VCPU_SECOND + GIBIBYTES * GIBIBYTE_SECOND)
