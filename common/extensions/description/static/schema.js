// Reading JSON Schemas: one-line types, member rows, and example values.

const MAX_DEPTH = 6;

export class Schemas {
  constructor(document) {
    this.named = document.components?.schemas ?? {};
  }

  /** The schema behind a reference; an `anyOf` of something and null becomes that something. */
  resolve(schema) {
    if (schema?.$ref) return this.resolve(this.named[schema.$ref.split("/").pop()] ?? {});
    const options = (schema?.anyOf ?? []).filter((each) => each.type !== "null");
    if (options.length === 1) {
      const rest = { ...schema };
      delete rest.anyOf;
      return { ...this.resolve(options[0]), ...rest, nullable: true };
    }
    return schema ?? {};
  }

  /** "integer 1 – 100", "array of Card", "“a” | “c”". */
  type(schema) {
    const name = schema?.$ref?.split("/").pop();
    const found = this.resolve(schema);
    const suffix = found.nullable ? " or null" : "";
    if (found.const !== undefined) return JSON.stringify(found.const);
    if (found.enum) return found.enum.map((each) => JSON.stringify(each)).join(" | ") + suffix;
    if (found.anyOf) return found.anyOf.map((each) => this.type(each)).join(" | ");
    if (found.type === "array") return `array of ${this.type(found.items)}${suffix}`;
    if (name && found.properties) return name + suffix;
    const words = [found.type ?? "any", found.format, this.range(found)];
    return words.filter(Boolean).join(" ") + suffix;
  }

  range(schema) {
    const low = schema.minimum ?? schema.minLength;
    const high = schema.maximum ?? schema.maxLength;
    if (schema.pattern) return schema.pattern;
    if (low === undefined && high === undefined) return "";
    if (high === undefined || high > Number.MAX_SAFE_INTEGER) return `≥ ${low}`;
    if (low === undefined) return `≤ ${high}`;
    return `${low} – ${high}`;
  }

  /** Rows of all members, nested ones after their parent: {name, depth, type, required, note}. */
  *members(schema, depth = 0, seen = []) {
    const inner = this.inside(schema);
    const name = schema?.$ref ?? schema?.items?.$ref;
    if (depth > MAX_DEPTH || (name && seen.includes(name))) return;
    for (const [key, member] of Object.entries(inner.properties ?? {})) {
      const required = (inner.required ?? []).includes(key);
      const note = this.resolve(member).description ?? "";
      yield { name: key, depth, type: this.type(member), required, note };
      yield* this.members(member, depth + 1, name ? [...seen, name] : seen);
    }
  }

  /** The object that a schema is about: itself, the items of an array, the first alternative. */
  inside(schema) {
    const found = this.resolve(schema);
    if (found.anyOf) return this.inside(found.anyOf[0]);
    return found.type === "array" ? this.inside(found.items) : found;
  }

  /** A value that fits, to start typing from. */
  example(schema, depth = 0) {
    const found = this.resolve(schema);
    if (found.default !== undefined && found.default !== null) return found.default;
    if (found.const !== undefined) return found.const;
    if (found.enum) return found.enum[0];
    if (found.anyOf) return this.example(found.anyOf[0], depth);
    if (depth > MAX_DEPTH) return null;
    if (found.type === "array") return [this.example(found.items, depth + 1)];
    if (found.properties) {
      const entries = Object.entries(found.properties);
      return Object.fromEntries(entries.map(([key, each]) => [key, this.example(each, depth + 1)]));
    }
    if (found.type === "integer" || found.type === "number") return found.minimum ?? 0;
    if (found.type === "boolean") return false;
    if (found.pattern?.startsWith("^1[3-9]")) return "13911111111";
    if (found.pattern === "^[0-9]{6}$") return "246810";
    return found.type === "string" ? "" : {};
  }
}
