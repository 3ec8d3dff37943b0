/**
 * Word splitting: what expansions gave is cut at the characters of `IFS`; what was quoted or literal is not.
 * @source POSIX.1-2017 XCU 2.6.5
 */

/** A piece of a word after its expansions. `null` ends a field, as between the elements of `"$@"`. */
export interface Atom {
  readonly text: string;
  readonly isQuoted: boolean;
  /** Is it the result of an expansion that splitting applies to? */
  readonly isSplit: boolean;
}
export type Piece = Atom | null;
export type Field = readonly Atom[];

export const DEFAULT_IFS = " \t\n";

export function splitFields(pieces: readonly Piece[], ifs: string): Field[] {
  const fields: Field[] = [];
  let field: Atom[] | null = null;
  /** The last field was ended by white space: a delimiter that follows belongs to that end. */
  let isAfterSpace = false;
  const end = () => {
    if (field !== null) fields.push(field);
    field = null;
  };
  for (const piece of pieces) {
    if (piece === null) {
      end();
      continue;
    }
    if (!piece.isSplit || ifs === "") {
      if (piece.text === "" && !piece.isQuoted) continue;
      field ??= [];
      field.push(piece);
      isAfterSpace = false;
      continue;
    }
    let run = "";
    const flush = () => {
      if (run === "") return;
      field ??= [];
      field.push({ text: run, isQuoted: false, isSplit: true });
      run = "";
      isAfterSpace = false;
    };
    for (const character of piece.text) {
      if (!ifs.includes(character)) {
        run += character;
        continue;
      }
      flush();
      if (DEFAULT_IFS.includes(character)) {
        isAfterSpace ||= field !== null;
        end();
      } else if (field !== null) {
        end();
        isAfterSpace = false;
      } else if (isAfterSpace) isAfterSpace = false;
      else fields.push([]);
    }
    flush();
  }
  end();
  return fields;
}
