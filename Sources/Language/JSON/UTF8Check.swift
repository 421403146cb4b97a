import CSimdjson

/// True where the bytes are valid UTF-8, told at the speed of memory.
package func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.isEmpty || touchline_is_utf8(bytes.baseAddress, bytes.count) != 0
}
