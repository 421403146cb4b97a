import Foundation
import Testing

@testable import Fetching

/// Next links that lead nowhere, in a circle, or where they must not.
struct LinkFaultTests {
    private static let auth = "auth: {bearer: {env: TOKEN}}, limits: {retries: 0, max_pages: 20}"
    private static let byBody = auth + ", page: {next_url: 'body.?next'}"
    private static let byHeader = auth + ", page: {link_header: true}"
    private static let listed = ", origins: ['@FOREIGN@']"

    /// The first page names this as the next one, in JSON; any other is the last.
    private static func next(_ json: String) -> Fault.Script {
        { $0.path == "/start" ? .answer("{\"next\": \(json)}") : .answer("{}") }
    }

    /// The first page has these headers; any other has none.
    private static func headers(_ headers: String...) -> Fault.Script {
        { $0.path == "/start" ? .answer("{}", 200, headers) : .answer("{}") }
    }

    private static let links: [Fault] = [
        Fault(name: "a file", keys: byBody, outcome: "partial:bad_url", asked: 1, own: next("\"file:///etc/passwd\"")),
        Fault(name: "ftp", keys: byBody, outcome: "partial:bad_url", asked: 1, own: next("\"ftp://127.0.0.1/x\"")),
        Fault(name: "a script", keys: byBody, outcome: "partial:bad_url", asked: 1, own: next("\"javascript:alert(1)\"")),
        Fault(name: "data", keys: byBody, outcome: "partial:bad_url", asked: 1, own: next("\"data:application/json,[]\"")),
        Fault(
            name: "a port that is none", keys: byBody, outcome: "partial:bad_url", asked: 1,
            own: next("\"http://127.0.0.1:99999/\"")),
        Fault(name: "a line end in it", keys: byBody, outcome: "partial:bad_url", asked: 1, own: next(#""/two\r\nX: y""#)),
        Fault(name: "a zero byte in it", keys: byBody, outcome: "partial:bad_url", asked: 1, own: next(#""/two\u0000x""#)),
        Fault(
            name: "the same host encrypted", keys: byBody, outcome: "partial:foreign_origin", asked: 1,
            own: next("\"https://127.0.0.1:1/\"")),
        Fault(
            name: "another port", keys: byBody, outcome: "partial:foreign_origin", asked: 1, own: next("\"http://127.0.0.1:1/\"")),
        Fault(
            name: "a host without a scheme", keys: byBody, outcome: "partial:foreign_origin", asked: 1,
            own: next("\"//cdn.example/two\"")),
        Fault(
            name: "our host as somebody's user", keys: byBody, outcome: "partial:foreign_origin", asked: 1,
            own: next("\"http://127.0.0.1:80@evil.example/\"")),
        Fault(
            name: "our host as the beginning of another", keys: byBody, outcome: "partial:foreign_origin", asked: 1,
            own: next("\"http://127.0.0.1.evil.example/\"")),
        Fault(
            name: "another host behind a backslash", keys: byBody, outcome: "complete", asked: 2,
            own: next(#""/\\evil.example/two""#)),
        Fault(
            name: "an address that is written as one number", keys: byBody, outcome: "partial:foreign_origin", asked: 1,
            own: next("\"http://2130706433:1/\"")),
        Fault(
            name: "a user and a password at home", keys: byBody, outcome: "complete", asked: 2,
            own: {
                $0.path == "/start"
                    ? .answer("{\"next\": \"@OWN@/two\"}".replacing("http://", with: "http://u:p@")) : .answer("{}")
            }),
        Fault(name: "a fragment", keys: byBody, outcome: "complete", asked: 2, own: next("\"/two#there\"")),
        Fault(name: "nothing", keys: byBody, outcome: "complete", asked: 1, own: next("null")),
        Fault(name: "an empty text", keys: byBody, outcome: "complete", asked: 1, own: next("\"\"")),
        Fault(name: "no such key", keys: byBody, outcome: "complete", asked: 1, own: { _ in .answer("{}") }),
        Fault(name: "a list", keys: byBody, outcome: "partial:paging", asked: 1, own: next("[\"/two\"]")),
        Fault(name: "false", keys: byBody, outcome: "partial:paging", asked: 1, own: next("false")),
        Fault(
            name: "the page itself", keys: byBody, outcome: "partial:loop", asked: 2,
            own: { _ in .answer("{\"next\": \"/start\"}") }),
        Fault(
            name: "a circle of two", keys: byBody, outcome: "partial:loop", asked: 3,
            own: { .answer($0.path == "/start" ? "{\"next\": \"/two\"}" : "{\"next\": \"/start\"}") }),
        Fault(
            name: "the same link with pages that change", keys: byBody, outcome: "complete", asked: 5,
            own: { .answer($0.nth < 5 ? "{\"next\": \"/start\", \"n\": \($0.nth)}" : "{}") }),
        Fault(
            name: "a page that is not there", keys: byBody, outcome: "partial:http_status", asked: 2,
            own: { $0.path == "/start" ? .answer("{\"next\": \"/two\"}") : .answer("", 410) }),
        Fault(
            name: "a sign-in page", keys: byBody, outcome: "partial:html", asked: 2,
            own: { $0.path == "/start" ? .answer("{\"next\": \"/two\"}") : .answer("<!doctype html>") }),
        Fault(
            name: "a page elsewhere that redirects home", keys: byBody + listed, outcome: "complete", asked: 2, foreign: 1,
            own: { $0.path == "/start" ? .answer("{\"next\": \"@FOREIGN@/two\"}") : .answer("{}") },
            elsewhere: { _ in .redirect("@OWN@/three") }),
        Fault(
            name: "a page elsewhere that redirects to a third", keys: byBody + listed, outcome: "partial:foreign_origin",
            asked: 1,
            foreign: 1, own: next("\"@FOREIGN@/two\""), elsewhere: { _ in .redirect("http://127.0.0.1:1/") }),
        Fault(
            name: "a page elsewhere that refuses", keys: byBody + listed, outcome: "partial:http_status", asked: 1, foreign: 1,
            own: next("\"@FOREIGN@/two\""), elsewhere: { .answer("who are you? \($0.raw)", 401) }),
    ]

    private static let headerLinks: [Fault] = [
        Fault(
            name: "a header to the next page", keys: byHeader, outcome: "complete", asked: 2,
            own: headers("Link: </two>; rel=\"next\"")),
        Fault(
            name: "a header to another origin", keys: byHeader, outcome: "partial:foreign_origin", asked: 1,
            own: headers("Link: <@FOREIGN@/two>; rel=next")),
        Fault(
            name: "a header to a listed origin", keys: byHeader + listed, outcome: "complete", asked: 1, foreign: 1,
            own: headers("Link: <@FOREIGN@/two>; rel=next")),
        Fault(
            name: "a header that is cut", keys: byHeader, outcome: "partial:paging", asked: 1,
            own: headers("Link: </two; rel=next")),
        Fault(
            name: "a header of another relation", keys: byHeader, outcome: "complete", asked: 1,
            own: headers("Link: </two>; rel=prev")),
        Fault(
            name: "two headers, the next page in the second", keys: byHeader, outcome: "complete", asked: 2,
            own: headers("Link: </one>; rel=first", "Link: </two>; rel=next")),
        Fault(
            name: "a header to a file", keys: byHeader, outcome: "partial:bad_url", asked: 1,
            own: headers("Link: <file:///x>; rel=next")),
        Fault(name: "an empty target", keys: byHeader, outcome: "complete", asked: 1, own: headers("Link: <>; rel=next")),
        Fault(
            name: "a header with a comma in its target", keys: byHeader, outcome: "complete", asked: 2,
            own: { $0.target == "/two?a=1,2" ? .answer("{}") : .answer("{}", 200, ["Link: </two?a=1,2>; rel=\"next\""]) }),
    ]

    static let faults = links + headerLinks

    @Test(arguments: faults)
    func `a link leads to a page of the source, or to its end`(fault: Fault) async throws {
        _ = try await FaultStage.play(fault)
    }
}
