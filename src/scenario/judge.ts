import type { StageDevice } from '../stage/device.ts';
import type { Finding } from './expectations/expectation.ts';
import { type Difference, type Judgement, joinJudgements } from './judgement.ts';
import type { PlanCheck } from './plan.ts';
import type { Scene, Subject } from './scene.ts';
import { expectationOf } from './steps/checks.ts';

/** How checks stand now for a subject, taken together. For `all`: each device, then the devices as a whole. */
export async function judge(checks: readonly PlanCheck[], subject: Subject, scene: Scene): Promise<Judgement> {
  if (subject.kind !== 'all') return judgeOne(checks, subject, scene);
  const devices = [...scene.stage.devices.values()];
  const each: Judgement[] = [];
  for (const device of devices) each.push(await judgeOne(checks, subjectOf(device), scene));
  const joined = joinJudgements(each);
  if (joined.differences.length > 0) return joined;
  return { ...joined, differences: await judgeTogether(checks, devices, scene) };
}

/** A device as the subject of a step or check. */
export function subjectOf(device: StageDevice): Subject {
  return { kind: 'device', name: device.name, device };
}

async function judgeOne(checks: readonly PlanCheck[], subject: Subject, scene: Scene): Promise<Judgement> {
  const differences: Difference[] = [];
  for (const check of checks) {
    const findings = await expectationOf(check).judge(check.args, subject, scene);
    differences.push(...named(findings, subject.name, check));
  }
  return { differences, holding: differences.length === 0 ? [subject.name] : [] };
}

async function judgeTogether(
  checks: readonly PlanCheck[],
  devices: readonly StageDevice[],
  scene: Scene,
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const check of checks) {
    const findings = await expectationOf(check).judgeTogether?.(check.args, devices, scene);
    differences.push(...named(findings ?? [], 'all', check));
  }
  return differences;
}

function named(findings: readonly Finding[], subject: string, check: PlanCheck): readonly Difference[] {
  return findings.map((finding) => ({ ...finding, subject, claim: finding.claim ?? check.expectation }));
}
