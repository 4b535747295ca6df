import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { unpack } from "../../src/adapters/files/archives.ts";

const TEXT = "time,open,high,low,close\n2019-02-15,1,1,1,1\n";
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function textOf(content: Uint8Array): Promise<string> {
  const unpacked = await unpack("file", content);
  if (!unpacked.ok) throw new Error(JSON.stringify(unpacked.problems));
  return new TextDecoder().decode(unpacked.value[0]?.bytes);
}

async function refusal(content: Uint8Array): Promise<string> {
  const unpacked = await unpack("file", content);
  return unpacked.ok ? "" : `${unpacked.problems[0]?.code} ${unpacked.problems[0]?.message}`;
}

/** minutes.zip holds a/ (a folder) and a/x.csv, stored. */
const zip = (): Buffer => readFileSync(new URL("archives/minutes.zip", import.meta.url));

describe("texts", () => {
  test("in UTF-16 with a byte-order mark, and with the line ends of any system", async () => {
    expect(await textOf(Buffer.from(`\ufeff${TEXT}`, "utf16le"))).toBe(TEXT);
    expect(await textOf(Buffer.from(`\ufeff${TEXT}`, "utf16le").swap16())).toBe(TEXT);
    expect(await textOf(bytesOf(TEXT.replaceAll("\n", "\r")))).toBe(TEXT);
  });

  test("gzipped, in one part or several", async () => {
    expect(await textOf(gzipSync(TEXT))).toBe(TEXT);
    expect(await textOf(Buffer.concat([gzipSync(TEXT.slice(0, 10)), gzipSync(TEXT.slice(10))]))).toBe(TEXT);
  });

  test.each([
    ["xz", "\u00fd7zXZ\0"],
    ["zstd", "(\u00b5/\u00fd"],
    ["bzip2", "BZh91AY"],
    ["7-Zip", "7z\u00bc\u00af"],
    ["an Excel workbook", "\u00d0\u00cf\u0011\u00e0"],
  ])("not as %s", async (name, magic) => {
    expect(await refusal(Buffer.from(magic, "latin1"))).toBe(`D101 this is ${name}, which is not read`);
  });

  test("not binary, cut short or packed twice", async () => {
    expect(await refusal(Uint8Array.of(49, 0, 50, 0))).toMatch(/^D101 this is no text/);
    expect(await refusal(gzipSync(TEXT).subarray(0, 40))).toBe("D101 cannot unpack: unexpected end of file");
    expect(await refusal(gzipSync(gzipSync(TEXT)))).toMatch(/^D101 an archive inside an archive/);
  });
});

describe("zip archives", () => {
  test("entries are named by archive and entry; folders are none", async () => {
    const unpacked = await unpack("minutes.zip", zip());
    expect(unpacked.ok && unpacked.value.map(({ name }) => name)).toEqual(["minutes.zip/a/x.csv"]);
  });

  test("damaged, encrypted, too large or empty ones are refused", async () => {
    const damaged = zip();
    damaged[damaged.indexOf("10.25")] = 0x39;
    expect(await refusal(damaged)).toBe("D101 cannot unpack: a/x.csv is damaged: its checksum does not fit");
    const directory = zip().lastIndexOf("PK\u0001\u0002");
    const encrypted = zip();
    encrypted.writeUInt16LE(1, directory + 8);
    encrypted.writeUInt32LE(encrypted.readUInt32LE(directory + 20) + 12, directory + 20);
    expect(await refusal(encrypted)).toBe("D101 cannot unpack: a/x.csv is encrypted");
    const huge = zip();
    huge.writeUInt16LE(8, directory + 10);
    huge.writeUInt32LE(3_000_000_000, directory + 24);
    expect(await refusal(huge)).toBe("D101 cannot unpack: the archive unpacks to more than 2147483648 bytes");
    expect(await refusal(Buffer.from("PK\u0005\u0006".padEnd(22, "\0"), "latin1"))).toBe("D102 the archive holds no file");
  });
});
