/**
 * Questions of an agent with a number each where there are several, so that a person can answer one by one. What has
 * numbers already stays as it is, and so does a single question and text with code in it.
 */
export function numberQuestions(text: string): string {
  if (/^\s*\d{1,2}[.)]\s/m.test(text) || text.includes('```')) return text;
  const lines = text.split('\n').flatMap(splitQuestions);
  if (lines.filter(isQuestion).length < 2) return text;
  let number = 0;
  const numbered = lines.map((line) => {
    if (!isQuestion(line)) return line;
    number += 1;
    return `${number}. ${line.trim().replace(/^[-*•]\s+/, '')}`;
  });
  return numbered.join('\n');
}

/** A line of nothing but several questions. */
function splitQuestions(line: string): string[] {
  const sentences = line.split(/(?<=\?)\s+(?=\p{Lu})/u);
  return sentences.length > 1 && sentences.every(isQuestion) ? sentences : [line];
}

function isQuestion(line: string): boolean {
  return line.trimEnd().endsWith('?');
}
