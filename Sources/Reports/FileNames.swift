import Scoring

/// Names of the partners' pages.
enum FileNames {
    /// `partners/ID.html`, the id percent-encoded but for `A-Za-z0-9._-`. File systems end at 255 bytes: a longer name is
    /// cut and told apart by its digest.
    static func page(ofPartner id: String) -> String {
        let encoded = percentEncoded(id)
        guard encoded.utf8.count > 200 else { return "partners/\(encoded).html" }
        return "partners/\(encoded.prefix(160))-\(sha256Hex(id.utf8).prefix(12)).html"
    }

    /// The same as a link: the percent signs of the file name are themselves encoded.
    static func link(toPartner id: String) -> String {
        page(ofPartner: id).split(separator: "/").map { percentEncoded(String($0)) }.joined(separator: "/")
    }

    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded.unicodeScalars.append("%")
                encoded.unicodeScalars.append(digits[Int(byte >> 4)])
                encoded.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return encoded
    }
}
