import CCurl
import Foundation

/// Addresses that are not the open internet: this machine, the networks around it, and what reaches them in disguise. A
/// partner's link must not make us ask there, whatever its name says and however often that name changes its mind, so
/// what is looked at is the address that is about to be connected to.
enum PrivateAddress {
    /// IPv4 ranges by their first bytes and the length of the prefix in bits: RFC 6890 and its successors.
    private static let ranges4: [(UInt32, UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC0A8_0000, 16), (0xC612_0000, 15), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    static func contains(ipv4 bytes: some Collection<UInt8>) -> Bool {
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return ranges4.contains { (address ^ $0.0) >> (32 - $0.1) == 0 }
    }

    static func contains(ipv6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16 else { return true }
        let isZero = { (range: Range<Int>) in bytes[range].allSatisfy { $0 == 0 } }
        // Mapped and compatible IPv4, `::` and `::1` among them; NAT64; 6to4.
        if isZero(0..<10), bytes[10] == bytes[11], [0, 0xFF].contains(bytes[10]) { return contains(ipv4: bytes[12...]) }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) { return !isZero(4..<12) || contains(ipv4: bytes[12...]) }
        if bytes.starts(with: [0x20, 0x02]) { return contains(ipv4: bytes[2..<6]) }
        // Teredo hides an IPv4 address in itself.
        if bytes.starts(with: [0x20, 0x01, 0x00, 0x00]) { return true }
        // Unique local, link-local with the site-local that were, multicast.
        return bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0x80 == 0x80) || bytes[0] == 0xFF
    }

    /// An address as text, with or without a zone; false for what is none.
    static func contains(text: String) -> Bool {
        let text = String(text.prefix { $0 != "%" })
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return contains(ipv4: withUnsafeBytes(of: &four) { Array($0) }) }
        var six = in6_addr()
        if inet_pton(AF_INET6, text, &six) == 1 { return contains(ipv6: withUnsafeBytes(of: &six) { Array($0) }) }
        return false
    }

    private static func contains(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
        let count = Int(address.pointee.addrlen)
        guard let start = touchline_address_bytes(address) else { return true }
        let bytes = Array(UnsafeBufferPointer(start: start, count: count))
        switch address.pointee.family {
        case AF_INET where count >= 8: return contains(ipv4: bytes[4..<8])
        case AF_INET6 where count >= 24: return contains(ipv6: Array(bytes[8..<24]))
        default: return true
        }
    }

    static let refusal = TransferError(
        .privateAddress, "the host is of this machine or a network around it, where no link may lead")

    /// Sees to it that a transfer neither opens a connection to such an address nor uses one that is open. `context` is the
    /// transfer.
    static func guardConnections(of handle: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) {
        let opener: touchline_curl_opener = { context, _, address in
            guard let address, let context else { return CURL_SOCKET_BAD }
            guard !PrivateAddress.contains(address) else {
                Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().refuse(PrivateAddress.refusal)
                return CURL_SOCKET_BAD
            }
            return socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
        }
        touchline_set_opener(handle, opener, context)
        let gate: touchline_curl_gate = { context, remote, _, _, _ in
            guard let remote, let context else { return CURL_PREREQFUNC_ABORT }
            guard !PrivateAddress.contains(text: String(cString: remote)) else {
                Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().refuse(PrivateAddress.refusal)
                return CURL_PREREQFUNC_ABORT
            }
            return CURL_PREREQFUNC_OK
        }
        touchline_set_gate(handle, gate, context)
    }
}
