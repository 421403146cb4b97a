import Foundation

/// Looks for a secret in what left us, by other means than ours: the text is decoded in every way that a stranger would try,
/// and any eight letters in a row of a secret count.
struct SecretWatch {
    let secrets: [String]

    /// The first thing that is found, for a message; nil where there is nothing.
    func find(in text: String) -> String? {
        for view in views(of: text) {
            let bare = Self.bare(view)
            for secret in secrets {
                for part in Self.parts(of: secret) where view.contains(part) || bare.contains(Self.bare(part)) { return part }
            }
        }
        return nil
    }

    /// All pieces of eight, as they are and in hex and base64.
    private static func parts(of secret: String) -> [String] {
        let whole = secret.lowercased()
        func pieces(_ text: String, _ count: Int) -> [String] {
            let letters = Array(text)
            guard letters.count >= count else { return [] }
            return (0...(letters.count - count)).map { String(letters[$0..<($0 + count)]) }
        }
        var texts = pieces(whole, 8).filter { bare($0).count > 5 }
        texts += pieces(secret.utf8.map { String($0, radix: 16) }.joined(), 16)
        for before in ["", "x", "xx"] {
            let text = Data((before + secret).utf8).base64EncodedString().lowercased().replacing("=", with: "")
            texts += pieces(String(text.dropFirst(4).dropLast(4)), 11)
        }
        return texts
    }

    private func views(of text: String) -> [String] {
        var views = [text.lowercased()]
        var last = text
        for _ in 0..<4 {
            last = Self.resolved(last.removingPercentEncoding ?? last)
            views.append(last.lowercased())
        }
        return views
    }

    private static func resolved(_ text: String) -> String {
        var text = text.replacing("&amp;", with: "&")
        for (pattern, radix) in [
            (#/\\u00([0-9a-fA-F]{2})/#, 16), (#/\\x([0-9a-fA-F]{2})/#, 16), (#/&#x([0-9a-fA-F]{2});/#, 16),
            (#/&#([0-9]{2,3});/#, 10),
        ] {
            text = text.replacing(pattern) { match in
                UInt32(match.1, radix: radix).flatMap(Unicode.Scalar.init).map { String($0) } ?? String(match.0)
            }
        }
        return text
    }

    private static func bare(_ text: String) -> String {
        String(decoding: text.utf8.filter { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }, as: UTF8.self)
    }
}
