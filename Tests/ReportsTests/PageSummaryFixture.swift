import Fetching

/// Pages of a pull.
enum PageSummaryFixture {
    static func page(number: Int, attempt: Int) -> PageSummary {
        PageSummary(number: number, url: "https://desk.example/p", attempt: attempt, byteCount: 10, sha256: "ab")
    }
}
