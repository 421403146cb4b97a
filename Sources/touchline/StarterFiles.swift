/// What `touchline init` writes: a network of one partner, small enough to be read in a minute.
enum StarterFiles {
    static let all: [(path: String, text: String)] = [
        ("touchline.yaml", config), ("checklists/support.yaml", checklist), ("checklists/tests/support.yaml", tests),
        ("tickets.json", page),
    ]

    private static let config = """
        # Who is audited, by what, and where their records come from. `touchline audit` reads it.
        touchline: config/1
        network: Our channel
        checklists: [checklists]
        history: .touchline/history.sqlite
        snapshots: .touchline/snapshots
        partners:
          - {id: northwind, name: Northwind Services, functions: [support], region: EMEA}
        sources:
          - id: northwind-desk
            partner: northwind
            # A page in this folder. Their system in its place:
            #   url: https://desk.northwind.example/api/tickets?updated_since={since}
            #   auth: {bearer: {env: NORTHWIND_TOKEN}}
            #   page: {next_url: 'body.next_page'}
            # `touchline probe northwind-desk` then shows what becomes of it.
            url: file:tickets.json
            format: json
            records: 'body.tickets'
            map:
              id: 'string(it.number)'
              kind: '"support"'
              opened: 'timestamp(it.created)'
              closed: 'it.?closed.optMap(t, timestamp(t))'
              severity: {of: 'it.priority', table: {urgent: S1}, otherwise: S2}
              customer: {id: 'it.company'}
              events:
                - for: [c in it.history]
                  at: 'timestamp(c.at)'
                  activity: {of: 'c.status', table: {new: reported, open: answered, solved: solved, again: reopened}, otherwise: other}

        """

    private static let checklist = """
        # What a customer should get from whoever does support. `touchline explain SUP-01` says an item in words.
        touchline: checklist/1
        id: support
        title: Support cases
        version: 1.0.0
        function: support
        values:
          severity: [S1, S2]
        activities:
          - reported    # the customer asks for help
          - answered    # a person at the partner says that they have it
          - solved      # the partner says that it is solved
          - reopened    # it is not, after all
        items:
          - id: SUP-01
            title: Somebody answers in time
            why: Silence is filled with fear; the first answer sets the experience.
            level: critical
            target: 0.95
            check: {response: {after: reported, expect: answered, within: {S1: 1h, otherwise: 8h}}}
          - id: SUP-02
            title: A grave problem is solved within a day
            why: While it lasts, the customer's work stands still.
            target: 0.9
            when: 'severity == "S1"'
            check: {duration: {from: opened, to: {first: solved}, at_most: 24h}}
          - id: SUP-03
            title: Solved stays solved
            why: A problem that comes back costs more trust than one that takes longer.
            target: 0.9
            check: {not_response: {after: solved, never: reopened}}

        """

    private static let tests = """
        # Records as somebody made them up, and what the items must say of them. `touchline test --mutate` changes every item in
        # small ways, and names each change that no case here would notice.
        touchline: tests/1
        checklist: support
        cases:
          - name: a grave case handled as it should be
            timeline: reported 1h answered 23h solved closed
            record: {severity: S1}
            expect: {SUP-01: pass, SUP-02: pass, SUP-03: pass}

          - name: a second too late in everything
            timeline: reported 1h 1s answered 23h solved 2d answered reopened closed
            record: {severity: S1}
            expect: {SUP-01: fail, SUP-02: fail, SUP-03: fail}

          - name: what is less grave has eight hours for an answer
            timeline: reported 8h answered closed
            record: {severity: S2}
            expect: {SUP-01: pass, SUP-02: not_applicable, SUP-03: not_activated}

          - name: and no more
            timeline: reported 8h 1s answered closed
            record: {severity: S2}
            expect: {SUP-01: fail}

          - name: an answer is owed until then
            timeline: reported 7h
            record: {severity: S2}
            expect: {SUP-01: {verdict: pending, due: 8h}}

          - name: reported twice, answered once for both
            timeline: reported 10m reported 10m answered 23h solved closed
            record: {severity: S1}
            expect: {SUP-01: pass, SUP-02: pass}

          - name: the second solution is no first one
            timeline: reported 20m answered 1h solved 1h reopened 2d solved closed
            record: {severity: S1}
            expect: {SUP-02: pass, SUP-03: fail}

        """

    private static let page = """
        {"tickets": [
          {"number": 1, "priority": "urgent", "company": "acme", "created": "2026-01-05T09:00:00Z", "closed": "2026-01-05T16:00:00Z",
           "history": [{"at": "2026-01-05T09:00:00Z", "status": "new"}, {"at": "2026-01-05T09:20:00Z", "status": "open"},
                       {"at": "2026-01-05T15:00:00Z", "status": "solved"}]},
          {"number": 2, "priority": "normal", "company": "acme", "created": "2026-01-06T09:00:00Z", "closed": "2026-01-08T12:00:00Z",
           "history": [{"at": "2026-01-06T09:00:00Z", "status": "new"}, {"at": "2026-01-06T19:30:00Z", "status": "open"},
                       {"at": "2026-01-07T11:00:00Z", "status": "solved"}]},
          {"number": 3, "priority": "urgent", "company": "zenith", "created": "2026-01-07T08:00:00Z", "closed": "2026-01-09T10:00:00Z",
           "history": [{"at": "2026-01-07T08:00:00Z", "status": "new"}, {"at": "2026-01-07T08:30:00Z", "status": "open"},
                       {"at": "2026-01-07T17:00:00Z", "status": "solved"}, {"at": "2026-01-08T09:00:00Z", "status": "again"},
                       {"at": "2026-01-09T09:00:00Z", "status": "solved"}]}
        ]}

        """
}
