"""A small picture made here: a PNG with a plain gradient, and a remark of the kind that cameras leave."""

import struct
import zlib

REMARK = b"taken at 51.3671 N 7.4633 E"


def png(width=640, height=360):
    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (x * 255 // width, y * 255 // height, 160))
        for y in range(height)
    )

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"tEXt", b"Comment\0" + REMARK) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
