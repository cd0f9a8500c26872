import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PEOPLE } from '../tokens.ts';
import type { PeopleDesk } from './people.ts';

@Controller('api/v1/sessions')
export class SessionsController {
  readonly #people: PeopleDesk;

  constructor(@Inject(PEOPLE) people: PeopleDesk) {
    this.#people = people;
  }

  @Post()
  signIn(@Body() body: unknown, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    return this.#people.sessions.signIn(body, request, response);
  }

  @Get()
  list(@Req() request: Request) {
    return this.#people.sessions.list(request);
  }

  @Get('current')
  current(@Req() request: Request) {
    return this.#people.sessions.current(request);
  }

  @Delete(':id')
  @HttpCode(204)
  end(@Param('id') id: string, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    return this.#people.sessions.end(id, request, response);
  }
}

@Controller('api/v1/users')
export class UsersController {
  readonly #people: PeopleDesk;

  constructor(@Inject(PEOPLE) people: PeopleDesk) {
    this.#people = people;
  }

  @Get()
  list(@Req() request: Request) {
    return this.#people.users.list(request);
  }

  @Post()
  make(@Body() body: unknown, @Req() request: Request) {
    return this.#people.users.make(body, request);
  }

  @Put(':name/password')
  changePassword(@Param('name') name: string, @Body() body: unknown, @Req() request: Request) {
    return this.#people.users.changePassword(name, body, request);
  }

  @Delete(':name')
  @HttpCode(204)
  remove(@Param('name') name: string, @Req() request: Request) {
    return this.#people.users.remove(name, request);
  }
}

@Controller('api/v1/tokens')
export class ApiTokensController {
  readonly #people: PeopleDesk;

  constructor(@Inject(PEOPLE) people: PeopleDesk) {
    this.#people = people;
  }

  @Get()
  list(@Req() request: Request) {
    return this.#people.tokens.list(request);
  }

  @Post()
  make(@Body() body: unknown, @Req() request: Request) {
    return this.#people.tokens.make(body, request);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string, @Req() request: Request) {
    return this.#people.tokens.remove(id, request);
  }
}
