import { compareKeys } from './order.ts';

/** A tuple of texts and finite numbers, ordered by `compareKeys`. */
export type OrderedKey = readonly (string | number)[];

/** A place between two keys: before the first key that is not below `key`, or past all keys that start with it. */
export interface Place {
  readonly key: OrderedKey;
  readonly side: 'first-of' | 'past';
}

/** Which entries a range wants. */
export interface Range {
  /** Only keys that start with this. */
  readonly prefix: OrderedKey;
  /** Only keys behind this place (before it, when `reverse`); null: all. */
  readonly after: Place | null;
  readonly reverse: boolean;
  /** 1 or more, or `Infinity`. */
  readonly limit: number;
}

/** The whole content of a map at one moment. Stays as it is whatever is done to the map later; may be restored often. */
export interface OrderedImage<V> {
  readonly leaves: readonly Leaf<V>[];
  readonly size: number;
}

interface Leaf<V> {
  /** The map generation that may change this leaf; leaves of older generations are shared with an image. */
  readonly owner: object;
  readonly keys: OrderedKey[];
  readonly values: V[];
}

/** Big enough that 100,000 entries need 1,000 to 2,000 leaves, small enough that moving half of one costs nothing. */
const LEAF_MAX = 96;

/**
 * A map in key order: sorted leaves under one sorted list, so that every operation costs O(log n) comparisons and
 * moves a few hundred words at most. An image costs O(1); after it the map copies each leaf before the first change.
 */
export class OrderedMap<V> {
  #leaves: Leaf<V>[] = [];
  #size = 0;
  #owner: object = {};
  #listShared = false;
  /** Where the last search ended: an entry, or one past the end of a leaf. */
  #leafAt = 0;
  #at = 0;

  /** How many entries are held. */
  get size(): number {
    return this.#size;
  }

  /** The value under exactly this key. */
  get(key: OrderedKey): V | undefined {
    return this.#find(key) ? this.#leaves[this.#leafAt]?.values[this.#at] : undefined;
  }

  /** Puts a value and gives back the one it replaces. */
  set(key: OrderedKey, value: V): V | undefined {
    if (this.#find(key)) {
      const values = this.#ownLeaf().values;
      const old = values[this.#at];
      values[this.#at] = value;
      return old;
    }
    this.#insert(key, value);
    return undefined;
  }

  /** Takes an entry out and gives its value back. An absent key changes nothing. */
  delete(key: OrderedKey): V | undefined {
    if (!this.#find(key)) return undefined;
    const leaf = this.#ownLeaf();
    const [old] = leaf.values.splice(this.#at, 1);
    leaf.keys.splice(this.#at, 1);
    if (leaf.keys.length === 0) this.#ownList().splice(this.#leafAt, 1);
    this.#size -= 1;
    return old;
  }

  /** The values of a range, in key order (or its reverse). */
  range(range: Range): V[] {
    return range.reverse ? this.#backward(range) : this.#forward(range);
  }

  /** How many keys start with `prefix`. */
  count(prefix: OrderedKey): number {
    if (prefix.length === 0) return this.#size;
    this.#seek(prefix, 'first-of');
    const fromLeaf = this.#leafAt;
    let count = -this.#at;
    this.#seek(prefix, 'past');
    for (let leaf = fromLeaf; leaf < this.#leafAt; leaf += 1) count += this.#leaves[leaf]?.keys.length ?? 0;
    return count + this.#at;
  }

  /** The content as it is now. */
  image(): OrderedImage<V> {
    this.#owner = {};
    this.#listShared = true;
    return { leaves: this.#leaves, size: this.#size };
  }

  /** Goes back to an image of this or another map. */
  restore(image: OrderedImage<V>): void {
    this.#owner = {};
    this.#listShared = true;
    this.#leaves = image.leaves as Leaf<V>[];
    this.#size = image.size;
  }

  #forward({ prefix, after, limit }: Range): V[] {
    this.#seek(prefix, 'first-of');
    if (after !== null) this.#move(after, 1);
    const out: V[] = [];
    let at = this.#at;
    for (let leafAt = this.#leafAt; leafAt < this.#leaves.length; leafAt += 1) {
      const { keys, values } = this.#leaves[leafAt] as Leaf<V>;
      for (; at < keys.length; at += 1) {
        if (out.length >= limit || !startsWith(keys[at] as OrderedKey, prefix)) return out;
        out.push(values[at] as V);
      }
      at = 0;
    }
    return out;
  }

  #backward({ prefix, after, limit }: Range): V[] {
    this.#seek(prefix, 'past');
    if (after !== null) this.#move(after, -1);
    const out: V[] = [];
    let at = this.#at - 1;
    for (let leafAt = this.#leafAt; leafAt >= 0; leafAt -= 1) {
      const leaf = this.#leaves[leafAt];
      for (; leaf !== undefined && at >= 0; at -= 1) {
        if (out.length >= limit || !startsWith(leaf.keys[at] as OrderedKey, prefix)) return out;
        out.push(leaf.values[at] as V);
      }
      at = (this.#leaves[leafAt - 1]?.keys.length ?? 0) - 1;
    }
    return out;
  }

  /** Moves the found place to the one given, if that lies further back (direction 1) or nearer (direction -1). */
  #move(place: Place, direction: 1 | -1): void {
    const leafAt = this.#leafAt;
    const at = this.#at;
    this.#seek(place.key, place.side);
    const ahead = leafAt === this.#leafAt ? this.#at - at : this.#leafAt - leafAt;
    if (ahead * direction >= 0) return;
    this.#leafAt = leafAt;
    this.#at = at;
  }

  #find(key: OrderedKey): boolean {
    this.#seek(key, 'first-of');
    const found = this.#leaves[this.#leafAt]?.keys[this.#at];
    return found !== undefined && compareKeys(found, key) === 0;
  }

  #seek(key: OrderedKey, side: Place['side']): void {
    const leaves = this.#leaves;
    let low = 0;
    let high = leaves.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const keys = (leaves[middle] as Leaf<V>).keys;
      if (isBefore(keys[keys.length - 1] as OrderedKey, key, side)) low = middle + 1;
      else high = middle;
    }
    this.#leafAt = low;
    this.#at = low === leaves.length ? 0 : seekInLeaf((leaves[low] as Leaf<V>).keys, key, side);
  }

  #insert(key: OrderedKey, value: V): void {
    this.#size += 1;
    if (this.#leaves.length === 0) {
      this.#ownList().push({ owner: this.#owner, keys: [key], values: [value] });
      return;
    }
    if (this.#leafAt === this.#leaves.length) {
      this.#leafAt -= 1;
      this.#at = this.#leaves[this.#leafAt]?.keys.length ?? 0;
    }
    const leaf = this.#ownLeaf();
    if (this.#at === leaf.keys.length) {
      leaf.keys.push(key);
      leaf.values.push(value);
    } else {
      leaf.keys.splice(this.#at, 0, key);
      leaf.values.splice(this.#at, 0, value);
    }
    if (leaf.keys.length > LEAF_MAX) this.#split(leaf);
  }

  /** Keys mostly arrive in rising order: an append leaves a full leaf behind, anything else two halves. */
  #split(leaf: Leaf<V>): void {
    const isAppend = this.#leafAt === this.#leaves.length - 1 && this.#at === leaf.keys.length - 1;
    const from = isAppend ? leaf.keys.length - 1 : leaf.keys.length >> 1;
    const next = { owner: this.#owner, keys: leaf.keys.splice(from), values: leaf.values.splice(from) };
    this.#ownList().splice(this.#leafAt + 1, 0, next);
  }

  #ownList(): Leaf<V>[] {
    if (this.#listShared) {
      this.#leaves = this.#leaves.slice();
      this.#listShared = false;
    }
    return this.#leaves;
  }

  #ownLeaf(): Leaf<V> {
    const leaf = this.#leaves[this.#leafAt] as Leaf<V>;
    if (leaf.owner === this.#owner) return leaf;
    const own = { owner: this.#owner, keys: leaf.keys.slice(), values: leaf.values.slice() };
    this.#ownList()[this.#leafAt] = own;
    return own;
  }
}

function seekInLeaf(keys: readonly OrderedKey[], key: OrderedKey, side: Place['side']): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(keys[middle] as OrderedKey, key, side)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(a: OrderedKey, key: OrderedKey, side: Place['side']): boolean {
  return side === 'first-of' ? compareKeys(a, key) < 0 : comparePrefix(a, key) <= 0;
}

/** Order of `key` against all keys that start with `prefix`: 0 when it is one of them. */
function comparePrefix(key: OrderedKey, prefix: OrderedKey): number {
  return startsWith(key, prefix) ? 0 : compareKeys(key, prefix);
}

function startsWith(key: OrderedKey, prefix: OrderedKey): boolean {
  for (let at = 0; at < prefix.length; at += 1) if (key[at] !== prefix[at]) return false;
  return true;
}
