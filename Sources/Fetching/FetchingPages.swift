package import Language

/// The pages of what a source may have wrong.
extension CodePage {
    package static let ofFetching: [CodePage] = [
        CodePage(
            .badURL, why: "Nothing can be pulled from where no address leads.",
            fix: "Write the whole URL with its scheme: https://, http:// or file:.",
            wrong: .source("url: desk.example/tickets"),
            right: .source("url: https://desk.example/tickets")),
        CodePage(
            .insecureURL, why: "Plain http can be read and changed on its way, the credentials with it.",
            fix: "Use https. Where the way is safe all the same, 'allow_http: true' says so.",
            wrong: .source("url: http://desk.example/tickets"),
            right: .source("url: https://desk.example/tickets")),
        CodePage(
            .unknownPaging, why: "Without a way to the next page, the first one would be taken for all there is.",
            fix: "Write 'none', or one of link_header, next_url, cursor, number and offset.",
            wrong: .source("url: https://desk.example/tickets\npage: pages"),
            right: .source("url: https://desk.example/tickets\npage: {next_url: 'body.next_page'}")),
        CodePage(
            .badOrigin, why: "Only origins that are named may be asked besides the source's own.",
            fix: "Write the scheme and the host, and nothing behind it: https://cdn.example.",
            wrong: .source("url: https://desk.example/tickets\norigins: [cdn.example]"),
            right: .source("url: https://desk.example/tickets\norigins: ['https://cdn.example']")),
        CodePage(
            .sourceNotYet, why: "What is not supported would be passed over, and records would be missing.",
            fix: "Leave it out; here, pull the children of all records.",
            wrong: .source(
                """
                url: https://desk.example/tickets
                children:
                  audits: {url: '/tickets/{it.id}/audits?since={since}', records: 'body.audits'}
                """),
            right: .source(
                """
                url: https://desk.example/tickets
                children:
                  audits: {url: '/tickets/{it.id}/audits', records: 'body.audits'}
                """)),
        CodePage(
            .secretInURL, why: "URLs end up in logs, reports and the history of a shell; secrets must not.",
            fix: "Take it out of the URL and name it below 'auth', by a variable or a file.",
            wrong: .source("url: https://me:secret@desk.example/tickets"),
            right: .source(
                """
                url: https://desk.example/tickets
                auth: {basic: {user: me, password: {env: DESK_PASSWORD}}}
                """)),
        CodePage(
            .literalSecret, why: "A config is checked in and shown around; whoever reads it could act in your name.",
            fix: "Write {env: NAME} or {file: PATH}, and change the secret: it has been seen.",
            wrong: .source("url: https://desk.example/tickets\nauth: {bearer: abcdef}"),
            right: .source("url: https://desk.example/tickets\nauth: {bearer: {env: DESK_TOKEN}}")),
        CodePage(
            .missingSecret,
            why: "Without its credentials every request would be refused. Secrets are fetched by what pulls, never by lint.",
            fix: "Set the variable, or write the file, where touchline runs.",
            wrong: .source("url: http://127.0.0.1:1/tickets\nlimits: {retries: 0}\nauth: {bearer: {file: token.txt}}"),
            right: .source("url: http://127.0.0.1:1/tickets\nlimits: {retries: 0}\nauth: {bearer: {file: token.txt}}")
                .beside("token.txt", "abcdef"),
            command: "audit -c example.yaml"),
        CodePage(
            .wrongAuth, why: "A request says who asks in one way, with all that this way needs.",
            fix: "Write one of bearer, basic, header, query and oauth2; a client_certificate may stand beside it.",
            wrong: .source("url: https://desk.example/tickets\nauth: {}"),
            right: .source("url: https://desk.example/tickets\nauth: {bearer: {env: DESK_TOKEN}}")),
        CodePage(
            .sinceNowhere, why: "Without {since} in its URL an incremental source would pull everything each time.",
            fix: "Write {since} where the system takes the instant from which it tells, or leave 'since' out.",
            wrong: .source("url: https://desk.example/tickets\nsince: {overlap: 10m}"),
            right: .source("url: 'https://desk.example/tickets?updated_since={since}'\nsince: {overlap: 10m}")),
        CodePage(
            .filteredRecords, why: "Where pages are counted by their records, a record left out moves every page after it.",
            fix: "Name the whole list; what is not wanted is left out by a checklist's 'applies'.",
            wrong: .source(
                """
                url: https://desk.example/tickets
                page: {offset: {param: from, size_param: size, size: 100, total: 'body.total'}}
                records: 'body.tickets.filter(t, t.open)'
                """),
            right: .source(
                """
                url: https://desk.example/tickets
                page: {offset: {param: from, size_param: size, size: 100, total: 'body.total'}}
                records: 'body.tickets'
                """)),
        CodePage(
            .wrongChild, why: "Events would be given to the wrong record, or to all.",
            fix: "Name the record in 'url', as {it.id}, or say with 'key' which record a row belongs to; not both.",
            wrong: .source(
                """
                url: https://desk.example/tickets
                children: {audits: {url: '/audits', records: 'body.audits'}}
                """),
            right: .source(
                """
                url: https://desk.example/tickets
                children: {audits: {url: '/audits', records: 'body.audits', key: 'it.ticket'}}
                """)),
    ]
}
